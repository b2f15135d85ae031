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
  private struct Field {
    let bytes: MetricFamily
    let count: MetricFamily
    var isBytes = false
    var value: UInt64 = 0
  }

  private var fields = OrderedKeys<Field>()

  init(paths: KernelPaths, log: any EventLog) { text = KernelText(paths.proc + "/meminfo", log: log) }

  func clear() { fields.begin() }

  func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) { if !take(line, bytes) { text.malformed &+= 1 } }
  }

  private func take(_ line: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    var pieces = Splitter.fields(line)
    guard let key = pieces.next(in: bytes), key.count > 1, bytes[key.upperBound - 1] == UInt8(ascii: ":"),
      MemoryInput.isKey(key.lowerBound..<key.upperBound - 1, bytes),
      let value = pieces.next(in: bytes).flatMap({ bytes.unsigned($0) })
    else { return false }
    let unit = pieces.next(in: bytes)
    if let unit, !bytes.equals(unit, "kB") { return false }
    let (size, overflow) = value.multipliedReportingOverflow(by: unit == nil ? 1 : 1_024)
    if overflow { return false }
    guard let place = fields.take(key.lowerBound..<key.upperBound - 1, bytes, make: MemoryInput.field) else {
      return false
    }
    fields[place].isBytes = unit != nil
    fields[place].value = size
    return true
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

  private static func field(_ key: String) -> Field {
    var name = ""
    for character in key where character != ")" { name.append(character == "(" ? "_" : character) }
    func family(_ name: String) -> MetricFamily {
      MetricFamily("node_memory_" + name, .gauge, help: "Memory information field \(name).")
    }
    return Field(bytes: family(name + "_bytes"), count: family(name))
  }

  func collect(into sink: any SampleSink) {
    for place in 0..<fields.count {
      let field = fields[place]
      if field.isBytes { sink.family(field.bytes) } else { sink.family(field.count) }
      sink.sample(.empty, .unsigned(field.value))
    }
  }
}
