// Paging, swapping and OOM kills from /proc/vmstat (`pgfault 123`), those fields that node_exporter serves by default:
// `^(oom_kill|pgpg|pswp|pg.*fault).*`.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_vmstat_*`.
final class VMStatInput: KernelTextInput {
  let name = "vmstat"
  let isCheap = true
  let text: KernelText
  private var fields = OrderedKeys<(family: MetricFamily, value: UInt64)>()

  init(paths: KernelPaths, log: any EventLog) { text = KernelText(paths.proc + "/vmstat", log: log) }

  func clear() { fields.begin() }

  func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      // Most of the file's 200 lines are not wanted: their first letters say so.
      guard line.count > 2, VMStatInput.mayBeWanted(line, bytes) else { continue }
      var pieces = Splitter.fields(line)
      guard let key = pieces.next(in: bytes), VMStatInput.isWanted(key, bytes) else { continue }
      if let value = pieces.next(in: bytes).flatMap({ bytes.unsigned($0) }), VMStatInput.isName(key, bytes),
        let place = fields.take(key, bytes, make: VMStatInput.field)
      {
        fields[place].value = value
      } else {
        text.malformed &+= 1
      }
    }
  }

  private static func field(_ key: String) -> (family: MetricFamily, value: UInt64) {
    (MetricFamily("node_vmstat_\(key)", .unknown, help: "/proc/vmstat information field \(key)."), 0)
  }

  private static func mayBeWanted(_ line: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    let (first, second) = (bytes[line.lowerBound], bytes[line.lowerBound + 1])
    if first == UInt8(ascii: "p") { return second == UInt8(ascii: "g") || second == UInt8(ascii: "s") }
    return first == UInt8(ascii: "o") && second == UInt8(ascii: "o")
  }

  private static func isWanted(_ key: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    func begins(_ text: StaticString) -> Bool {
      let end = key.lowerBound + text.utf8CodeUnitCount
      return end <= key.upperBound && bytes.equals(key.lowerBound..<end, text)
    }
    if begins("oom_kill") || begins("pgpg") || begins("pswp") { return true }
    return begins("pg")
      && (0...max(0, key.count - 5)).contains { offset in
        let start = key.lowerBound + offset
        return bytes[start] == UInt8(ascii: "f") && start + 5 <= key.upperBound
          && bytes.equals(start..<start + 5, "fault")
      }
  }

  /// Whether the key makes the name of a metric.
  private static func isName(_ key: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    key.allSatisfy { place in
      switch bytes[place] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }

  func collect(into sink: any SampleSink) {
    for place in 0..<fields.count {
      sink.family(fields[place].family)
      sink.sample(.empty, .unsigned(fields[place].value))
    }
  }
}
