// CPU time by core and mode, interrupts, switches and forks, from /proc/stat:
//
//     cpu0 453 0 873 315514 2 0 4 2 0 0
//     ctxt 180617
//
// The columns are user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice in ticks of USER_HZ. Guest
// time is inside user and nice already. The kernel lets idle and iowait go back a little; a counter may not, so the
// highest value stands, until idle falls by three seconds or more: then the core was taken out and is back.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_cpu_*` and the other series of /proc/stat.
final class CPUInput: Input {
  let name = "cpu"
  let isCheap = true
  var malformedLines: UInt64? { text.malformed }

  private static let modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"]
  private static let scalars: [(key: StaticString, family: MetricFamily)] = [
    ("btime", MetricFamily("node_boot_time_seconds", .gauge, help: "Node boot time, in unixtime.")),
    ("ctxt", MetricFamily("node_context_switches_total", .counter, help: "Total number of context switches.")),
    ("processes", MetricFamily("node_forks_total", .counter, help: "Total number of forks.")),
    ("intr", MetricFamily("node_intr_total", .counter, help: "Total number of interrupts serviced.")),
    (
      "procs_blocked",
      MetricFamily("node_procs_blocked", .gauge, help: "Number of processes blocked waiting for I/O to complete.")
    ),
    ("procs_running", MetricFamily("node_procs_running", .gauge, help: "Number of processes in runnable state.")),
  ]

  private struct Core {
    var ticks: [UInt64]
    let modes: [LabelSet]
    let guests: [LabelSet]
  }

  private let text: KernelText
  private var cores: [(id: UInt64, core: Core)] = []
  private var values: [UInt64?] = []

  init(paths: KernelPaths, log: any EventLog) { text = KernelText(paths.proc + "/stat", log: log) }

  func sample(at now: Moment) {
    values = Array(repeating: nil, count: CPUInput.scalars.count)
    if !text.read() { return cores.removeAll() }
    let bytes = text.bytes
    parse(bytes.span)
  }

  func parse(_ bytes: Span<UInt8>) {
    if values.isEmpty { values = Array(repeating: nil, count: CPUInput.scalars.count) }
    var seen: Set<UInt64> = []
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      guard let key = fields.next(in: bytes) else { continue }
      if key.count > 3, bytes.equals(key.lowerBound..<key.lowerBound + 3, "cpu") {
        if let id = core(key, &fields, bytes) { seen.insert(id) } else { text.malformed &+= 1 }
        continue
      }
      for (index, scalar) in CPUInput.scalars.enumerated() where bytes.equals(key, scalar.key) {
        values[index] = fields.next(in: bytes).flatMap { bytes.unsigned($0) }
        if values[index] == nil { text.malformed &+= 1 }
      }
    }
    cores.removeAll { !seen.contains($0.id) }
  }

  /// Takes one core's line; nil when it is not whole. Kernels before 2.6.33 have fewer columns.
  private func core(_ key: Range<Int>, _ fields: inout Splitter, _ bytes: Span<UInt8>) -> UInt64? {
    guard let id = bytes.unsigned(key.lowerBound + 3..<key.upperBound) else { return nil }
    var ticks: [UInt64] = []
    while let field = fields.next(in: bytes) {
      guard let value = bytes.unsigned(field) else { return nil }
      ticks.append(value)
    }
    if ticks.count < 4 { return nil }
    if let place = cores.firstIndex(where: { $0.id == id }) {
      let old = cores[place].core.ticks
      let wasReplaced = old[3] >= ticks[3] &+ 300 || old.count != ticks.count
      cores[place].core.ticks = wasReplaced ? ticks : zip(old, ticks).map { max($0, $1) }
    } else {
      let cpu = String(id)
      cores.append(
        (
          id,
          Core(
            ticks: ticks,
            modes: CPUInput.modes.map { LabelSet([("cpu", cpu), ("mode", $0)]) },
            guests: ["user", "nice"].map { LabelSet([("cpu", cpu), ("mode", $0)]) })
        ))
      cores.sort { $0.id < $1.id }
    }
    return id
  }

  func collect(into sink: any SampleSink) {
    let help = "Seconds the CPUs spent in each mode."
    sink.family(MetricFamily("node_cpu_seconds_total", .counter, help: help))
    for (_, core) in cores {
      for (labels, ticks) in zip(core.modes, core.ticks) { sink.sample(labels, Double(ticks) / Limits.userHertz) }
    }
    let guest = "Seconds the CPUs spent in guests (VMs) for each mode."
    sink.family(MetricFamily("node_cpu_guest_seconds_total", .counter, help: guest))
    for (_, core) in cores {
      for (labels, ticks) in zip(core.guests, core.ticks.dropFirst(8)) {
        sink.sample(labels, Double(ticks) / Limits.userHertz)
      }
    }
    for (scalar, value) in zip(CPUInput.scalars, values) {
      guard let value else { continue }
      sink.family(scalar.family)
      sink.sample(.empty, .unsigned(value))
    }
  }
}
