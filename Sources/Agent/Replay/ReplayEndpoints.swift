// The tables by endpoint: where the time went, and what failed.
// SPDX-License-Identifier: Apache-2.0

/// Draws the tables by endpoint.
struct ReplayEndpoints {
  private struct Column {
    let title: String
    let width: Int
    /// The narrowest frame that has it.
    var from = 0
    let value: (ReplayReport.Endpoint) -> (String, Style)
  }

  let report: ReplayReport

  /// Draws both tables, each with the endpoints that matter most to it.
  func draw(into frame: inout Frame) {
    if report.endpoints.isEmpty { return }
    drawTimes(&frame)
    drawErrors(&frame)
  }

  private func drawTimes(_ frame: inout Frame) {
    let total = report.durations?.sum ?? 0
    let sorted = report.endpoints.enumerated().sorted { one, other in
      let (mine, its) = (one.element.durations?.sum ?? 0, other.element.durations?.sum ?? 0)
      return mine != its ? mine > its : one.offset < other.offset
    }
    .map(\.element)
    func time(
      _ title: String, from: Int = 0, _ value: @escaping (ReplayReport.Durations) -> Double
    ) -> Column {
      Column(title: title, width: 9, from: from) { (Units.seconds($0.durations.map(value)), .plain) }
    }
    let columns = [
      Column(title: "requests", width: 9) { (Units.count(Double($0.requests)), .plain) },
      Column(title: "time", width: 7) { endpoint in
        (Units.percent(total > 0 ? endpoint.durations.map { $0.sum / total } : nil), .value)
      },
      time("P50") { $0.p50 }, time("P90", from: 110) { $0.p90 }, time("P95", from: 90) { $0.p95 },
      time("P99") { $0.p99 },
      time("max") { $0.longest },
      Column(title: "5xx", width: 7, from: 100) { endpoint in
        let share = Double(endpoint.count("5")) / Double(max(1, endpoint.requests))
        return (Units.percent(share), share > 0.01 ? .bad : share > 0.001 ? .warn : .dim)
      },
    ]
    draw("Where the time went", sorted, columns, &frame)
  }

  private func drawErrors(_ frame: inout Frame) {
    let failing = report.endpoints.filter { $0.count("5") > 0 || $0.count("4") > 0 }
    if failing.isEmpty { return }
    let sorted = failing.enumerated().sorted { one, other in
      let mine = (one.element.count("5"), one.element.count("4"))
      let its = (other.element.count("5"), other.element.count("4"))
      return mine != its ? mine > its : one.offset < other.offset
    }
    .map(\.element)
    func share(_ part: UInt64, _ endpoint: ReplayReport.Endpoint) -> String {
      Units.percent(Double(part) / Double(max(1, endpoint.requests)))
    }
    let columns = [
      Column(title: "requests", width: 9) { (Units.count(Double($0.requests)), .plain) },
      Column(title: "5xx", width: 8) { (Units.count(Double($0.count("5"))), $0.count("5") > 0 ? .bad : .dim) },
      Column(title: "", width: 8) { (share($0.count("5"), $0), .dim) },
      Column(title: "4xx", width: 8) { (Units.count(Double($0.count("4"))), $0.count("4") > 0 ? .warn : .dim) },
      Column(title: "", width: 8) { (share($0.count("4"), $0), .dim) },
      Column(title: "statuses", width: 30, from: 110) { endpoint in
        let bad = endpoint.statuses.filter { $0.status >= "4" }
        return (bad.map { "\($0.status)×\(Units.count(Double($0.count)))" }.joined(separator: " "), .dim)
      },
    ]
    draw("Errors by endpoint", sorted, columns, &frame)
  }

  private func draw(
    _ title: String, _ endpoints: [ReplayReport.Endpoint], _ all: [Column], _ frame: inout Frame
  ) {
    let columns = all.filter { $0.from <= frame.width }
    let shown = endpoints.prefix(Limits.replayRows)
    let note = endpoints.count > shown.count ? "the first \(shown.count) of \(endpoints.count)" : ""
    frame.addHeading(title, note: note)
    let room = max(10, frame.width - 2 - columns.reduce(0) { $0 + $1.width })
    var head = Row()
    head.add("  ")
    head.add("endpoint", width: room, .dim)
    for column in columns { head.add(column.title, width: column.width, .dim, right: true) }
    frame.add(head)
    for endpoint in shown {
      var row = Row()
      row.add("  ")
      let service = report.services.count > 1 ? endpoint.service + " " : ""
      row.add("\(service)\(endpoint.method) \(endpoint.path)", width: room, .label)
      for column in columns {
        let (text, style) = column.value(endpoint)
        row.add(text, width: column.width, text == Units.none ? .dim : style, right: true)
      }
      frame.add(row)
    }
  }
}
