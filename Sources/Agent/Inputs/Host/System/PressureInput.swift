// Pressure stall information from /proc/pressure:
//
//     some avg10=0.28 avg60=0.08 avg300=0.01 total=2361135
//     full avg10=0.00 avg60=0.00 avg300=0.00 total=0
//
// `total` is in microseconds. The files are absent before Linux 4.20 and unreadable with psi=0; irq came with 6.1 and
// has only a `full` line. For the CPU as a whole `full` means nothing. See the kernel's Documentation/accounting/psi.rst.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_pressure_*`.
final class PressureInput: Input {
  let name = "pressure"
  let isCheap = true
  var malformedLines: UInt64 { resources.reduce(0) { $0 &+ $1.text.malformed } }

  private struct Resource {
    let text: KernelText
    let waiting: MetricFamily?
    let stalled: MetricFamily?
    var some: UInt64?
    var full: UInt64?
  }

  private var resources: [Resource]

  init(paths: KernelPaths, log: any EventLog) {
    func family(_ name: String, _ help: String) -> MetricFamily {
      MetricFamily("node_pressure_\(name)_seconds_total", .counter, help: help)
    }
    func resource(_ name: String, _ waiting: MetricFamily?, _ stalled: MetricFamily?) -> Resource {
      Resource(text: KernelText(paths.proc + "/pressure/" + name, log: log), waiting: waiting, stalled: stalled)
    }
    resources = [
      resource("cpu", family("cpu_waiting", "Total time in seconds that processes have waited for CPU time"), nil),
      resource(
        "io", family("io_waiting", "Total time in seconds that processes have waited due to IO congestion"),
        family("io_stalled", "Total time in seconds no process could make progress due to IO congestion")),
      resource(
        "memory", family("memory_waiting", "Total time in seconds that processes have waited for memory"),
        family("memory_stalled", "Total time in seconds no process could make progress due to memory congestion")),
      resource(
        "irq", nil, family("irq_stalled", "Total time in seconds no process could make progress due to IRQ congestion")),
    ]
  }

  func sample(at now: Moment) {
    for index in resources.indices {
      resources[index].some = nil
      resources[index].full = nil
      if !resources[index].text.read() { continue }
      let bytes = resources[index].text.bytes
      parse(bytes.span, into: &resources[index])
    }
  }

  private func parse(_ bytes: Span<UInt8>, into resource: inout Resource) {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      let kind = fields.next(in: bytes) ?? line
      let total = PressureInput.total(&fields, bytes)
      if total == nil { resource.text.malformed &+= 1 }
      if bytes.equals(kind, "some") { resource.some = total }
      if bytes.equals(kind, "full") { resource.full = total }
    }
  }

  /// The microseconds of a line.
  private static func total(_ fields: inout Splitter, _ bytes: Span<UInt8>) -> UInt64? {
    while let field = fields.next(in: bytes) {
      if field.count > 6, bytes.equals(field.lowerBound..<field.lowerBound + 6, "total=") {
        return bytes.unsigned(field.lowerBound + 6..<field.upperBound)
      }
    }
    return nil
  }

  func collect(into sink: any SampleSink) {
    for resource in resources {
      write(resource.waiting, resource.some, sink)
      write(resource.stalled, resource.full, sink)
    }
  }

  private func write(_ family: MetricFamily?, _ microseconds: UInt64?, _ sink: any SampleSink) {
    guard let family, let microseconds else { return }
    sink.family(family)
    sink.sample(.empty, Double(microseconds) / 1e6)
  }
}
