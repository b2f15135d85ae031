// What fails, most often first: the templates of error lines, how often they came in the last minute and in all, and the
// latest line of each, since a template alone has lost what a person looks for.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Errors by kind, over all services.
struct ErrorKindPanel {
  private struct Entry {
    let service: String
    let kind: ErrorKind
    /// In the last minute; nil when the history does not know it.
    let recent: Double?
  }

  private let entries: [Entry]
  private let hasManyServices: Bool

  init(_ context: DashboardContext) {
    let history = context.history
    let now = history.span.upperBound - 1
    entries = context.errorKinds.flatMap { service, kinds in
      kinds.map { kind in
        let labels = [(name: "service", value: service), (name: "fingerprint", value: kind.template)]
        let series = history.series("log_errors_total", labels).first
        return Entry(
          service: service, kind: kind,
          recent: series?.growth(endingAt: now, seconds: Limits.dashboardServiceSeconds)?.amount)
      }
    }.sorted { one, other in
      let (mine, its) = (one.recent ?? 0, other.recent ?? 0)
      return mine != its ? mine > its : one.kind.last > other.kind.last
    }
    hasManyServices = Set(entries.map(\.service)).count > 1
  }

  func draw(into frame: inout Frame, limit: Int) {
    if entries.isEmpty { return }
    let shown = entries.prefix(limit)
    frame.addHeading("Errors by kind", note: entries.count > limit ? "\(limit) of \(entries.count)" : "")
    var head = Row()
    head.add("  ")
    for title in ["1 min", "in all"] { head.add(title, width: 7, .dim, right: true) }
    head.add("  latest    what it says", .dim)
    frame.add(head)
    for entry in shown { draw(entry, &frame) }
  }

  private func draw(_ entry: Entry, _ frame: inout Frame) {
    var row = Row()
    row.add("  ")
    let isActive = (entry.recent ?? 0) > 0
    row.add(Units.count(entry.recent), width: 7, isActive ? .bad : .dim, right: true)
    row.add(Units.count(Double(entry.kind.count)), width: 7, right: true)
    let time = EventLine.time(Moment(boot: 0, real: entry.kind.last))
    row.add("  " + time.dropFirst(11).prefix(8) + "  ", .dim)
    if hasManyServices { row.add(entry.service + " ", .label) }
    let margin = row.width
    row.add(entry.kind.template, isActive ? .value : .plain)
    frame.add(row)
    let example = String(decoding: entry.kind.example, as: UTF8.self)
    if example == entry.kind.template { return }
    var below = Row()
    below.add(String(repeating: " ", count: hasManyServices ? min(margin, 28) : margin))
    below.add(example, .dim)
    frame.add(below)
  }
}
