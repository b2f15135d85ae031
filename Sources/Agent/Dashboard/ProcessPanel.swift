// The processes: those of watched services and the machine's busiest others, by what they use of the CPU.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// A table of processes.
struct ProcessPanel {
  private struct Line {
    let labels: LabelSet
    var cpu: Double?

    var pid: String { labels["pid"] ?? "" }
    /// A process that takes another name, as by exec, goes on under new labels: only all of them find its series.
    var place: [(name: String, value: String)] {
      [("pid", pid), ("service", labels["service"] ?? ""), ("name", labels["name"] ?? "")]
    }
  }

  private static let columns: [(title: String, width: Int)] = [
    ("CPU", 8), ("memory", 10), ("threads", 8), ("fds", 6), ("read", 11), ("write", 11), ("switches", 9),
  ]

  private let history: History
  private let lines: [Line]

  init(_ context: DashboardContext) {
    history = context.history
    var lines: [String: Line] = [:]
    for one in history.series("vitals_process_cpu_seconds_total") where one.isCurrent {
      let pid = one.labels["pid"] ?? ""
      let rate = one.rate(seconds: Limits.dashboardRateSeconds)
      if let known = lines[pid] {
        lines[pid]?.cpu = rate.map { $0 + (known.cpu ?? 0) } ?? known.cpu
      } else {
        lines[pid] = Line(labels: one.labels, cpu: rate)
      }
    }
    self.lines = lines.values.sorted { one, other in
      let (mine, its) = (one.cpu ?? 0, other.cpu ?? 0)
      return mine != its ? mine > its : (Int(one.pid) ?? 0) < (Int(other.pid) ?? 0)
    }
  }

  func draw(into frame: inout Frame, limit: Int) {
    let note = lines.count > limit ? "the busiest \(limit) of \(lines.count)" : "watched, and the busiest others"
    frame.addHeading("Processes", note: note)
    if lines.isEmpty { return frame.addNote("nothing is watched, and nothing else is busy") }
    let columns = shown(frame.width)
    let room = max(10, frame.width - 11 - columns.reduce(0) { $0 + $1.width })
    var head = Row()
    head.add("pid", width: 9, .dim, right: true)
    head.add("  ")
    head.add("process", width: room, .dim)
    for column in columns { head.add(column.title, width: column.width, .dim, right: true) }
    frame.add(head)
    for line in lines.prefix(limit) { frame.add(row(line, room, columns)) }
  }

  /// As many columns as leave the name some room.
  private func shown(_ width: Int) -> ArraySlice<(title: String, width: Int)> {
    var columns = ProcessPanel.columns[...]
    while columns.reduce(31, { $0 + $1.width }) > width { columns.removeLast() }
    return columns
  }

  private func row(_ line: Line, _ room: Int, _ columns: ArraySlice<(title: String, width: Int)>) -> Row {
    var row = Row()
    row.add(line.pid, width: 9, .dim, right: true)
    row.add("  ")
    let service = line.labels["service"] ?? ""
    let name = line.labels["name"] ?? ""
    if !service.isEmpty {
      let most = max(room / 2, room - 1 - DisplayText.width(name))
      row.add(DisplayText.cut(DisplayText.safe(service), most) + " ", .label)
    }
    row.add(name, width: max(1, room - row.width + 11))
    for column in columns {
      let text = text(column.title, line)
      let style: Style = text == Units.none ? .dim : column.title == "CPU" ? .value : .plain
      row.add(text, width: column.width, style, right: true)
    }
    return row
  }

  private func text(_ column: String, _ line: Line) -> String {
    switch column {
    case "CPU": Units.percent(line.cpu)
    case "memory": Units.bytes(value("resident_memory_bytes", line))
    case "threads": Units.count(value("threads", line))
    case "fds": Units.count(value("open_fds", line))
    case "read": Units.byteRate(rate("io_read_bytes_total", line))
    case "write": Units.byteRate(rate("io_written_bytes_total", line))
    default: Units.rate(waits(line))
    }
  }

  private func value(_ name: String, _ line: Line) -> Double? {
    history.series("vitals_process_" + name, line.place).first?.latest
  }

  private func rate(_ name: String, _ line: Line) -> Double? {
    history.series("vitals_process_" + name, line.place).first?.rate(seconds: Limits.dashboardRateSeconds)
  }

  private func waits(_ line: Line) -> Double? {
    let place = line.place + [(name: "type", value: "voluntary")]
    return history.series("vitals_process_context_switches_total", place).first?
      .rate(seconds: Limits.dashboardRateSeconds)
  }
}
