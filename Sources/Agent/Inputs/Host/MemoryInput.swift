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
final class MemoryInput: Input {
  let name = "memory"
  let isCheap = true

  private let text: KernelText
  private var families: [String: MetricFamily] = [:]
  private var values: [(key: String, value: UInt64, isBytes: Bool)] = []

  init(paths: KernelPaths, log: any EventLog) { text = KernelText(paths.proc + "/meminfo", log: log) }

  func sample(at now: Moment) {
    values.removeAll(keepingCapacity: true)
    if !text.read() { return }
    let bytes = text.bytes
    parse(bytes.span)
  }

  func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      guard let key = fields.next(in: bytes), key.count > 1, bytes[key.upperBound - 1] == UInt8(ascii: ":"),
        let value = fields.next(in: bytes).flatMap({ bytes.unsigned($0) })
      else {
        text.malformed &+= 1
        continue
      }
      let isBytes = fields.next(in: bytes) != nil
      let name = bytes.string(key.lowerBound..<key.upperBound - 1)
      let (size, overflow) = value.multipliedReportingOverflow(by: isBytes ? 1_024 : 1)
      if !overflow { values.append((name, size, isBytes)) }
    }
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
