// Services that nobody gave a log for, a line each, where there are too many for a panel each: the machine's daemons,
// mostly, which were found by themselves. Those that use the CPU most come first.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// A table of services.
struct ServiceTable {
  private struct Line {
    let service: String
    let usage: UsageReadings
    let cpu: Double?
  }

  private static let columns: [(title: String, width: Int)] = [
    ("CPU", 8), ("memory", 10), ("processes", 10), ("threads", 8), ("fds", 6),
  ]

  private let lines: [Line]

  init(_ history: History, services: [String]) {
    lines = services.map { service in
      let usage = UsageReadings(history, service: service)
      return Line(service: service, usage: usage, cpu: usage.cpu)
    }
    .sorted { one, other in
      let (mine, its) = (one.cpu ?? 0, other.cpu ?? 0)
      return mine != its ? mine > its : one.service < other.service
    }
  }

  func draw(into frame: inout Frame, limit: Int) {
    let note = lines.count > limit ? "the busiest \(limit) of \(lines.count)" : "--log NAME=PATH adds requests"
    frame.addHeading("Services", note: note)
    let room = max(10, frame.width - 2 - ServiceTable.columns.reduce(0) { $0 + $1.width })
    var head = Row()
    head.add("  ")
    head.add("service", width: room, .dim)
    for column in ServiceTable.columns { head.add(column.title, width: column.width, .dim, right: true) }
    frame.add(head)
    for line in lines.prefix(limit) { frame.add(row(line, room)) }
  }

  private func row(_ line: Line, _ room: Int) -> Row {
    var row = Row()
    row.add("  ")
    row.add(line.service, width: room, .label)
    let values = [
      Units.percent(line.cpu), Units.bytes(line.usage.sum("vitals_process_resident_memory_bytes")),
      Units.count(line.usage.sum("vitals_service_processes")), Units.count(line.usage.sum("vitals_process_threads")),
      Units.count(line.usage.sum("vitals_process_open_fds")),
    ]
    for (column, text) in zip(ServiceTable.columns, values) {
      row.add(text, width: column.width, text == Units.none ? .dim : .plain, right: true)
    }
    return row
  }
}
