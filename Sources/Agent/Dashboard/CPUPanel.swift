// CPU by core: a bar each, the modes that explain it, and the course of the whole.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The machine's cores.
struct CPUPanel {
  private let history: History
  private let cores: [(name: String, series: [SeriesView])]

  init(_ context: DashboardContext) {
    history = context.history
    var cores: [(name: String, series: [SeriesView])] = []
    for one in context.history.series("node_cpu_seconds_total") where one.latest != nil {
      let name = one.labels["cpu"] ?? ""
      if cores.last?.name != name { cores.append((name, [])) }
      cores[cores.count - 1].series.append(one)
    }
    self.cores = cores
  }

  /// Draws it; `limit` cores get a bar, the busiest ones when there are more.
  func draw(into frame: inout Frame, limit: Int) {
    frame.addHeading("CPU", note: cores.count == 1 ? "1 core" : "\(cores.count) cores")
    if cores.isEmpty { return frame.addNote("/proc/stat cannot be read") }
    let all = cores.flatMap(\.series)
    drawTotal(all, &frame)
    drawLimit(&frame)
    let now = history.span.upperBound - 1
    var shares = cores.enumerated().map { place, core in
      (place, core.name, CPUShares(core.series, endingAt: now, seconds: Limits.dashboardRateSeconds).busy)
    }
    if shares.count > limit {
      shares = shares.sorted { ($0.2 ?? 0) > ($1.2 ?? 0) }.prefix(limit).sorted { $0.0 < $1.0 }
      frame.addNote("the busiest \(limit):")
    }
    drawCores(shares.map { ($0.1, $0.2) }, &frame)
  }

  private func drawTotal(_ all: [SeriesView], _ frame: inout Frame) {
    let now = history.span.upperBound - 1
    let shares = CPUShares(all, endingAt: now, seconds: Limits.dashboardRateSeconds)
    var row = FieldRow(Gauges.row("all", shares.busy, frame.width), width: frame.width)
    for mode in ["user", "sys", "iowait", "steal"] {
      // Soft and hard interrupts are the kernel's work too.
      let share = mode == "sys" ? shares.share("system", "irq", "softirq") : shares.share(mode)
      row.add(mode, Units.percent(share), width: 5, isHigh(mode, share) ? .warn : .plain)
    }
    row.addSpark(history, top: 1) { tick, width in
      CPUShares(all, endingAt: tick, seconds: width).busy
    }
    frame.add(row)
  }

  /// The agent's own cgroup, where it has less than the machine: in a container, what is there for the service as well.
  private func drawLimit(_ frame: inout Frame) {
    guard let bound = CgroupReadings(history, service: "").cpu else { return }
    var head = Gauges.row("cgroup", bound.ratio, frame.width)
    head.add(CgroupReadings.note(cores: bound.limit), .dim)
    var row = FieldRow(head, width: frame.width)
    CgroupReadings.addThrottled(bound, to: &row)
    frame.add(row)
  }

  private func drawCores(_ shares: [(name: String, busy: Double?)], _ frame: inout Frame) {
    let columns = max(1, frame.width / (frame.width < 100 ? 28 : 32))
    let rows = (shares.count + columns - 1) / columns
    for line in 0..<rows {
      var row = Row()
      for column in 0..<columns where column * rows + line < shares.count {
        let core = shares[column * rows + line]
        row.add(Gauges.row("cpu" + core.name, core.busy, frame.width))
        row.add("  ")
      }
      frame.add(row)
    }
  }

  /// Waiting for disks and being held back by a hypervisor are news at a few percent.
  private func isHigh(_ mode: String, _ share: Double?) -> Bool {
    (mode == "iowait" || mode == "steal") && (share ?? 0) >= 0.05
  }
}
