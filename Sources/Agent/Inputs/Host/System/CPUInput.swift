// CPU time by core and mode, interrupts, switches and forks, from /proc/stat:
//
//     cpu0 453 0 873 315514 2 0 4 2 0 0
//     ctxt 180617
//     softirq 82113 0 20123 3 1205 880 0 12 31200 0 28690
//
// The columns are user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice in ticks of USER_HZ. Guest
// time is inside user and nice already. The kernel lets idle and iowait go back a little; a counter may not, so the
// highest value stands, until idle falls by three seconds or more: then the core was taken out and is back.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_cpu_seconds_total` and the other series of /proc/stat.
final class CPUInput: Input {
  let name = "cpu"
  let isCheap = true
  var malformedLines: UInt64 { text.malformed }

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

  /// Kinds of deferred interrupts in the file's order, behind their sum.
  private static let vectors = [
    "hi", "timer", "net_tx", "net_rx", "block", "block_iopoll", "tasklet", "sched", "hrtimer", "rcu",
  ].map { LabelSet([("vector", $0)]) }
  private static let softirqs = MetricFamily("node_softirqs_total", .counter, help: "Number of softirq calls.")
  private static let seconds = MetricFamily(
    "node_cpu_seconds_total", .counter, help: "Seconds the CPUs spent in each mode.")
  private static let guestSeconds = MetricFamily(
    "node_cpu_guest_seconds_total", .counter, help: "Seconds the CPUs spent in guests (VMs) for each mode.")
  /// Columns that are known.
  private static let columns = 10

  private struct Core {
    let id: UInt64
    let modes: [LabelSet]
    let guests: [LabelSet]
    /// What is served; zeros behind `count`.
    var ticks: [UInt64]
    var count: Int
    /// Whether this sample has it.
    var isSeen = true

    init(_ id: UInt64, _ ticks: [UInt64], _ count: Int) {
      self.id = id
      self.ticks = ticks
      self.count = count
      let cpu = String(id)
      modes = CPUInput.modes.map { LabelSet([("cpu", cpu), ("mode", $0)]) }
      guests = ["user", "nice"].map { LabelSet([("cpu", cpu), ("mode", $0)]) }
    }
  }

  private let text: KernelText
  private var cores: [Core] = []
  private var values: [UInt64?] = Array(repeating: nil, count: CPUInput.scalars.count)
  private var calls: [UInt64] = []
  /// The figures of the line at hand.
  private var line = [UInt64](repeating: 0, count: CPUInput.columns)

  init(paths: KernelPaths, log: any EventLog) { text = KernelText(paths.proc + "/stat", log: log) }

  func sample(at now: Moment) {
    for index in values.indices { values[index] = nil }
    calls.removeAll(keepingCapacity: true)
    if !text.read() { return cores.removeAll() }
    let bytes = text.bytes
    parse(bytes.span)
  }

  private func parse(_ bytes: Span<UInt8>) {
    for place in cores.indices { cores[place].isSeen = false }
    var place = 0
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      guard let key = fields.next(in: bytes) else { continue }
      if key.count > 3, bytes.equals(key.lowerBound..<key.lowerBound + 3, "cpu") {
        if !core(key, &fields, bytes, &place) { text.malformed &+= 1 }
      } else if bytes.equals(key, "softirq") {
        softirq(&fields, bytes)
      } else {
        scalar(key, &fields, bytes)
      }
    }
    cores.removeAll { !$0.isSeen }
  }

  private func scalar(_ key: Range<Int>, _ fields: inout Splitter, _ bytes: Span<UInt8>) {
    for (index, scalar) in CPUInput.scalars.enumerated() where bytes.equals(key, scalar.key) {
      values[index] = fields.next(in: bytes).flatMap { bytes.unsigned($0) }
      if values[index] == nil { text.malformed &+= 1 }
    }
  }

  private func softirq(_ fields: inout Splitter, _ bytes: Span<UInt8>) {
    _ = fields.next(in: bytes)
    while calls.count < CPUInput.vectors.count, let field = fields.next(in: bytes) {
      guard let value = bytes.unsigned(field) else {
        calls.removeAll(keepingCapacity: true)
        return text.malformed &+= 1
      }
      calls.append(value)
    }
  }

  /// Takes one core's line; false when it is not whole. Kernels before 2.6.33 have fewer columns.
  private func core(_ key: Range<Int>, _ fields: inout Splitter, _ bytes: Span<UInt8>, _ place: inout Int) -> Bool {
    guard let id = bytes.unsigned(key.lowerBound + 3..<key.upperBound) else { return false }
    var count = 0
    while let field = fields.next(in: bytes) {
      guard let value = bytes.unsigned(field) else { return false }
      if count < CPUInput.columns { line[count] = value }
      count += 1
    }
    if count < 4 { return false }
    count = min(count, CPUInput.columns)
    if place >= cores.count || cores[place].id != id {
      guard let found = cores.firstIndex(where: { $0.id == id }) else {
        place = cores.firstIndex { $0.id > id } ?? cores.count
        cores.insert(Core(id, line, count), at: place)
        place += 1
        return true
      }
      place = found
    }
    merge(place, count)
    place += 1
    return true
  }

  /// Keeps the higher of the old and the new figures, unless the core was away.
  private func merge(_ place: Int, _ count: Int) {
    let wasReplaced = cores[place].ticks[3] >= line[3] &+ 300 || cores[place].count != count
    for column in 0..<count {
      let old = wasReplaced ? 0 : cores[place].ticks[column]
      cores[place].ticks[column] = max(old, line[column])
    }
    cores[place].count = count
    cores[place].isSeen = true
  }

  func collect(into sink: any SampleSink) {
    sink.family(CPUInput.seconds)
    for core in cores {
      let modes = core.modes.span
      for mode in 0..<min(modes.count, core.count) {
        sink.sample(modes, mode, .double(Double(core.ticks[mode]) / Limits.userHertz))
      }
    }
    sink.family(CPUInput.guestSeconds)
    for core in cores where core.count > 8 {
      for guest in 0..<core.count - 8 {
        sink.sample(core.guests[guest], Double(core.ticks[8 + guest]) / Limits.userHertz)
      }
    }
    for (scalar, value) in zip(CPUInput.scalars, values) {
      guard let value else { continue }
      sink.family(scalar.family)
      sink.sample(.empty, .unsigned(value))
    }
    if calls.isEmpty { return }
    sink.family(CPUInput.softirqs)
    let vectors = CPUInput.vectors.span
    for (place, value) in calls.enumerated() { sink.sample(vectors, place, .unsigned(value)) }
  }
}
