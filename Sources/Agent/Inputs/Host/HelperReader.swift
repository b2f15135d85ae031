// Reading the kernel's trees of small files, one value each. Such a file is opened, read and closed each time: at a few
// readings a minute that costs less than the descriptors would.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Reads files on a helper thread and keeps what is found.
struct HelperReader {
  /// What was found so far.
  var report = HelperReport()
  private var buffer: [UInt8] = []

  /// The whole of a file; nil when it cannot be read, which is no fault: a device may go, a driver refuse.
  mutating func bytes(_ path: String) -> [UInt8]? {
    do {
      try KernelFile.read(path, into: &buffer)
      return buffer
    } catch {
      return nil
    }
  }

  /// The text of a file without the blanks around it; what is not UTF-8 becomes U+FFFD.
  mutating func text(_ path: String) -> String? {
    guard let bytes = bytes(path) else { return nil }
    func isBlank(_ byte: UInt8) -> Bool { byte <= 32 }
    guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }

  /// The text of a file unless it is empty.
  mutating func words(_ path: String) -> String? { text(path).flatMap { $0.isEmpty ? nil : $0 } }

  /// The number that a file is; a text that is none is malformed, an empty file is absent.
  mutating func number(_ path: String) -> MetricValue? {
    guard let text = words(path) else { return nil }
    if let value = HelperReader.number(text) { return value }
    report.malformed &+= 1
    return nil
  }

  /// A whole number in decimal.
  static func number(_ text: some StringProtocol) -> MetricValue? {
    guard text.first != "+" else { return nil }
    if let value = UInt64(text) { return .unsigned(value) }
    return Int64(text).map { .integer($0) }
  }

  /// The names in a directory of the kernel, sorted; none when it cannot be listed.
  func names(_ path: String) -> [String] {
    do {
      return try Directory.entries(path)
    } catch {
      return []
    }
  }

  /// The names in a directory that are `prefix` and a number, by that number.
  func numbered(_ prefix: String, in path: String) -> [(name: String, number: String)] {
    let found = names(path).compactMap { name -> (name: String, number: UInt64)? in
      guard name.hasPrefix(prefix), name.utf8.count < prefix.utf8.count + 20 else { return nil }
      let digits = name.dropFirst(prefix.count)
      guard digits.utf8.allSatisfy({ 48...57 ~= $0 }), let number = UInt64(digits) else { return nil }
      return (name, number)
    }
    return found.sorted { $0.number < $1.number }.map { ($0.name, String($0.name.dropFirst(prefix.count))) }
  }

  /// Adds a sample.
  mutating func add(_ family: MetricFamily, _ labels: LabelSet, _ value: MetricValue) {
    report.add(family, labels, .number(value))
  }

  /// Adds what there is of a device's files.
  mutating func add(_ attributes: [DeviceAttribute], in directory: String, _ labels: LabelSet) {
    for attribute in attributes {
      guard let value = number(directory + "/" + attribute.file) else { continue }
      add(attribute.family, labels, attribute.scaled(value))
    }
  }
}
