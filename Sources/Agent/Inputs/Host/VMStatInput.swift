// Paging, swapping and OOM kills from /proc/vmstat (`pgfault 123`), those fields that node_exporter serves by default:
// `^(oom_kill|pgpg|pswp|pg.*fault).*`.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_vmstat_*`.
final class VMStatInput: Input {
  let name = "vmstat"
  let isCheap = true

  private let text: KernelText
  private var families: [String: MetricFamily] = [:]
  private var values: [(key: String, value: UInt64)] = []

  init(paths: KernelPaths, log: any EventLog) { text = KernelText(paths.proc + "/vmstat", log: log) }

  func sample(at now: Moment) {
    values.removeAll(keepingCapacity: true)
    if !text.read() { return }
    let bytes = text.bytes
    parse(bytes.span)
  }

  func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      // Most of the file's 200 lines are not wanted: their first letter says so.
      guard !line.isEmpty, bytes[line.lowerBound] == UInt8(ascii: "p") || bytes[line.lowerBound] == UInt8(ascii: "o")
      else { continue }
      var fields = Splitter.fields(line)
      guard let key = fields.next(in: bytes), VMStatInput.isWanted(bytes.string(key)) else { continue }
      if let value = fields.next(in: bytes).flatMap({ bytes.unsigned($0) }) {
        values.append((bytes.string(key), value))
      } else {
        text.malformed &+= 1
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
