// Paging, swapping and OOM kills from /proc/vmstat (`pgfault 123`), those fields that node_exporter serves by default:
// `^(oom_kill|pgpg|pswp|pg.*fault).*`.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_vmstat_*`.
final class VMStatInput: KernelTextInput {
  let name = "vmstat"
  let isCheap = true
  let text: KernelText
  private var families: [String: MetricFamily] = [:]
  private var values: [(key: String, value: UInt64)] = []

  init(paths: KernelPaths, log: any EventLog) { text = KernelText(paths.proc + "/vmstat", log: log) }

  func clear() { values.removeAll(keepingCapacity: true) }

  func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      // Most of the file's 200 lines are not wanted: their first letter says so.
      guard !line.isEmpty, bytes[line.lowerBound] == UInt8(ascii: "p") || bytes[line.lowerBound] == UInt8(ascii: "o")
      else { continue }
      var fields = Splitter.fields(line)
      guard let name = fields.next(in: bytes).map({ bytes.string($0) }), VMStatInput.isWanted(name) else { continue }
      if let value = fields.next(in: bytes).flatMap({ bytes.unsigned($0) }), VMStatInput.isName(name) {
        values.append((name, value))
      } else {
        text.malformed &+= 1
      }
    }
  }

  /// Whether the key makes the name of a metric.
  private static func isName(_ key: String) -> Bool {
    key.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }

  private static func isWanted(_ key: String) -> Bool {
    key.hasPrefix("oom_kill") || key.hasPrefix("pgpg") || key.hasPrefix("pswp")
      || (key.hasPrefix("pg") && key.contains("fault"))
  }

  func collect(into sink: any SampleSink) {
    for (key, value) in values {
      if families[key] == nil {
        let help = "/proc/vmstat information field \(key)."
        families[key] = MetricFamily("node_vmstat_\(key)", .unknown, help: help)
      }
      if let family = families[key] { sink.family(family) }
      sink.sample(.empty, .unsigned(value))
    }
  }
}
