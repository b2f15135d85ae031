// Memory, swap and pressure: how full, and whether anything waits for it.
// SPDX-License-Identifier: Apache-2.0

/// The machine's memory and its pressure.
struct MemoryPanel {
  private let history: History

  init(_ context: DashboardContext) { history = context.history }

  func draw(into frame: inout Frame) {
    frame.addHeading("Memory")
    drawMemory(&frame)
    drawLimit(&frame)
    drawSwap(&frame)
    drawPressure(&frame)
  }

  private func value(_ name: String) -> Double? { history.series("node_memory_" + name).first?.latest }

  private func drawMemory(_ frame: inout Frame) {
    guard let total = value("MemTotal_bytes"), total > 0 else { return frame.addNote("/proc/meminfo cannot be read") }
    let used = value("MemAvailable_bytes").map { total - $0 }
    var head = Gauges.row("memory", used.map { $0 / total }, frame.width)
    head.add("  " + Units.bytes(used), .value)
    head.add(" of " + Units.bytes(total), .dim)
    var row = FieldRow(head, width: frame.width)
    row.add("cache", Units.bytes(value("Cached_bytes")), width: 8)
    row.add("dirty", Units.bytes(value("Dirty_bytes")), width: 8)
    let available = history.series("node_memory_MemAvailable_bytes").first
    row.addSpark(history, top: 1) { tick, _ in
      available?.value(at: tick).map { 1 - $0 / total }
    }
    frame.add(row)
  }

  /// The agent's own cgroup, where it has less than the machine.
  private func drawLimit(_ frame: inout Frame) {
    guard let bound = CgroupReadings(history, service: "").memory else { return }
    var head = Gauges.row("cgroup", bound.ratio, frame.width)
    head.add("  " + Units.bytes(bound.used), .value)
    head.add(CgroupReadings.note(bytes: bound.limit), .dim)
    var row = FieldRow(head, width: frame.width)
    CgroupReadings.addKills(bound, to: &row)
    frame.add(row)
  }

  private func drawSwap(_ frame: inout Frame) {
    guard let total = value("SwapTotal_bytes"), total > 0, let free = value("SwapFree_bytes") else { return }
    var head = Gauges.row("swap", (total - free) / total, frame.width)
    head.add("  " + Units.bytes(total - free), .value)
    head.add(" of " + Units.bytes(total), .dim)
    var row = FieldRow(head, width: frame.width)
    for (name, label) in [("node_vmstat_pswpin", "pages in"), ("node_vmstat_pswpout", "out")] {
      let rate = history.series(name).first?.rate(seconds: Limits.dashboardRateSeconds)
      row.add(label, Units.rate(rate), width: 7)
    }
    frame.add(row)
  }

  private func drawPressure(_ frame: inout Frame) {
    var head = Row()
    head.add("  ")
    head.add("pressure", width: 9, .label)
    var row = FieldRow(head, width: frame.width)
    var isKnown = false
    for (label, hasFull) in [("cpu", false), ("memory", true), ("io", true)] {
      var group = Row()
      let some = stall(label + "_waiting")
      isKnown = isKnown || some != nil
      add(some, label == "cpu" ? " cpu " : "  \(label) ", to: &group)
      if hasFull { add(stall(label + "_stalled"), " full ", to: &group) }
      row.add(group)
    }
    if isKnown { frame.add(row) }
  }

  private func stall(_ name: String) -> Double? {
    history.series("node_pressure_\(name)_seconds_total").first?.rate(seconds: Limits.dashboardRateSeconds)
  }

  private func add(_ share: Double?, _ label: String, to row: inout Row) {
    row.add(label, .dim)
    // From a tenth of the time on, someone notices.
    let style: Style = (share ?? 0) >= 0.5 ? .bad : (share ?? 0) >= 0.1 ? .warn : .plain
    row.add(Units.percent(share), width: 5, share == nil ? .dim : style, right: true)
  }
}
