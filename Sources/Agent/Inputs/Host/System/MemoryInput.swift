// Memory from /proc/meminfo, every field under node_exporter's name:
//
//     MemTotal:       24684092 kB
//     Active(anon):      12345 kB
//     HugePages_Total:       0
//
// MemAvailable is absent before Linux 3.14 and then absent here: adding free and cached up would not be it.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_memory_*`.
final class MemoryInput: KernelTextInput {
  let name = "memory"
  let isCheap = true
  let text: KernelText
  private var families: [String: MetricFamily] = [:]
  private var values: [(key: String, value: UInt64, isBytes: Bool)] = []

  init(paths: KernelPaths, log: any EventLog) { text = KernelText(paths.proc + "/meminfo", log: log) }

  func clear() { values.removeAll(keepingCapacity: true) }

  func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      guard let key = fields.next(in: bytes), key.count > 1, bytes[key.upperBound - 1] == UInt8(ascii: ":"),
        MemoryInput.isKey(key.lowerBound..<key.upperBound - 1, bytes),
        let value = fields.next(in: bytes).flatMap({ bytes.unsigned($0) })
      else {
        text.malformed &+= 1
        continue
      }
      let unit = fields.next(in: bytes)
      let isBytes = unit != nil
      let (size, overflow) = value.multipliedReportingOverflow(by: isBytes ? 1_024 : 1)
      let name = bytes.string(key.lowerBound..<key.upperBound - 1)
      let isKnownUnit = unit.map { bytes.equals($0, "kB") } ?? true
      if overflow || !isKnownUnit || values.contains(where: { $0.key == name }) {
        text.malformed &+= 1
      } else {
        values.append((name, size, isBytes))
      }
    }
  }

  /// Whether a key makes the name of a metric: letters, digits, underlines, and the parentheses of `Active(anon)`.
  private static func isKey(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    for index in range {
      switch bytes[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "("), UInt8(ascii: ")"):
        continue
      default: return false
      }
    }
    return true
  }

  func collect(into sink: any SampleSink) {
    for (key, value, isBytes) in values {
      sink.family(family(key, isBytes))
      sink.sample(.empty, .unsigned(value))
    }
  }

  private func family(_ key: String, _ isBytes: Bool) -> MetricFamily {
    if let known = families[key] { return known }
    var field = ""
    for character in key where character != ")" { field.append(character == "(" ? "_" : character) }
    if isBytes { field += "_bytes" }
    let made = MetricFamily("node_memory_" + field, .gauge, help: "Memory information field \(field).")
    families[key] = made
    return made
  }
}
