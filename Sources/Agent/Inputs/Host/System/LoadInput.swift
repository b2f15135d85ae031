// The load averages, from /proc/loadavg: `0.00 0.01 0.05 2/81 2376`.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_load1`, `node_load5`, `node_load15`.
final class LoadInput: KernelTextInput {
  let name = "loadavg"
  let isCheap = true
  private static let families = [1, 5, 15].map {
    MetricFamily("node_load\($0)", .gauge, help: "\($0)m load average.")
  }
  let text: KernelText
  private var values: [Double] = []

  init(paths: KernelPaths, log: any EventLog) { text = KernelText(paths.proc + "/loadavg", log: log) }

  func clear() { values.removeAll(keepingCapacity: true) }

  func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    var fields = Splitter.fields(lines.next(in: bytes) ?? 0..<0)
    while values.count < 3, let field = fields.next(in: bytes), let value = bytes.double(field), value.isFinite,
      value >= 0
    {
      values.append(value)
    }
    if values.count < 3 {
      values.removeAll()
      text.malformed &+= 1
    }
  }

  func collect(into sink: any SampleSink) {
    for (family, value) in zip(LoadInput.families, values) {
      sink.family(family)
      sink.sample(.empty, value)
    }
  }
}
