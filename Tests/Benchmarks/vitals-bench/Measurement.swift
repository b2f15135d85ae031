// One line of the table and of the JSON.
// SPDX-License-Identifier: Apache-2.0

/// What was measured of one operation.
struct Measurement {
  let name: String
  let threads: Int
  /// Nanoseconds an operation, for each thread; nil where time is not what is measured.
  var nanoseconds: Double?
  /// The same, by a bare atomic add of the same round.
  var ratio: Double?
  /// Heap operations an operation.
  var heapOperations: Double?
  /// Bytes, where memory is measured.
  var bytes: Double?
  /// Megabytes of text a second.
  var megabytesPerSecond: Double?

  var json: String {
    var fields = ["\"name\":\"\(name)\"", "\"threads\":\(threads)"]
    func add(_ key: String, _ value: Double?, _ digits: Int) {
      if let value { fields.append("\"\(key)\":\(Self.text(value, digits))") }
    }
    add("ns", nanoseconds, 2)
    add("ratio", ratio, 3)
    add("heap_operations", heapOperations, 3)
    add("bytes", bytes, 0)
    add("mb_per_s", megabytesPerSecond, 0)
    return "{\(fields.joined(separator: ","))}"
  }

  var row: String {
    func cell(_ value: Double?, _ digits: Int, _ width: Int) -> String {
      let text = value.map { Self.text($0, digits) } ?? ""
      return String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let title = name + String(repeating: " ", count: max(1, 28 - name.count))
    return title + cell(Double(threads), 0, 7) + cell(nanoseconds, 2, 12) + cell(ratio, 3, 9)
      + cell(heapOperations, 3, 9) + cell(bytes, 0, 9) + cell(megabytesPerSecond, 0, 9)
  }

  static let header = "operation                   threads          ns    ratio  heap ops    bytes     MB/s"

  static func text(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    if digits == 0 || rounded == rounded.rounded() { return "\(Int(rounded))" }
    return "\(rounded)"
  }
}
