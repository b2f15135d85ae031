// Memory, swap and pressure: how full, and whether anything waits for it.
// SPDX-License-Identifier: Apache-2.0

/// The machine's memory and its pressure.
struct MemoryPanel {
  private let history: History

  init(_ context: DashboardContext) { history = context.history }

  func draw(into frame: inout Frame) {
    frame.addHeading("Memory")
    drawMemory(&frame)
    drawSwap(&frame)
    drawPressure(&frame)
  }

  private func value(_ name: String) -> Double? { history.series("node_memory_" + name).first?.latest }

  private func drawMemory(_ frame: inout Frame) {
    guard let total = value("MemTotal_bytes"), total > 0 else { return frame.addNote("/proc/meminfo cannot be read") }
    let used = value("MemAvailable_bytes").map { total - $0 }
    var row = Gauges.row("memory", used.map { $0 / total }, frame.width)
    row.add("  " + Units.bytes(used), .value)
    row.add(" of " + Units.bytes(total), .dim)
    Gauges.addField(to: &row, frame.width, "cache", Units.bytes(value("Cached_bytes")), width: 8)
    Gauges.addField(to: &row, frame.width, "dirty", Units.bytes(value("Dirty_bytes")), width: 8)
    let available = history.series("node_memory_MemAvailable_bytes").first
    Gauges.addSpark(to: &row, frame.width, history, top: 1) { tick, _ in
      available?.value(at: tick).map { 1 - $0 / total }
    }
    frame.add(row)
  }

  private func drawSwap(_ frame: inout Frame) {
    guard let total = value("SwapTotal_bytes"), total > 0, let free = value("SwapFree_bytes") else { return }
    var row = Gauges.row("swap", (total - free) / total, frame.width)
    row.add("  " + Units.bytes(total - free), .value)
    row.add(" of " + Units.bytes(total), .dim)
    for (name, label) in [("node_vmstat_pswpin", "pages in"), ("node_vmstat_pswpout", "out")] {
      let rate = history.series(name).first?.rate(seconds: Limits.dashboardRateSeconds)
      Gauges.addField(to: &row, frame.width, label, Units.rate(rate), width: 7)
    }
    frame.add(row)
  }

  private func drawPressure(_ frame: inout Frame) {
    var row = Row()
    row.add("  ")
    row.add("pressure", width: 9, .label)
    var isKnown = false
    for (label, name) in [
      ("cpu", "cpu_waiting"), ("memory", "memory_waiting"), ("full", "memory_stalled"), ("io", "io_waiting"),
      ("full", "io_stalled"),
    ] {
      let rate = history.series("node_pressure_\(name)_seconds_total").first?
        .rate(seconds: Limits.dashboardRateSeconds)
      isKnown = isKnown || rate != nil
      row.add((label == "cpu" || label == "full" ? " " : "  ") + label + " ", .dim)
      // From a tenth of the time on, someone notices.
      let style: Style = (rate ?? 0) >= 0.5 ? .bad : (rate ?? 0) >= 0.1 ? .warn : .plain
      row.add(Units.percent(rate), width: 5, rate == nil ? .dim : style, right: true)
    }
    if isKnown { frame.add(row) }
  }
}
