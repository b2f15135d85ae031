// The last lines at level warning or above, newest last, as a terminal would have shown them.
// SPDX-License-Identifier: Apache-2.0

/// Recent error lines.
struct ErrorPanel {
  private let errors: [RecentError]
  private let hasLogs: Bool
  private let now: Moment

  init(_ context: DashboardContext) {
    errors = context.recentErrors
    hasLogs = context.hasLogs
    now = context.now
  }

  func draw(into frame: inout Frame, limit: Int) {
    if !hasLogs { return }
    frame.addHeading("Recent error lines")
    if errors.isEmpty { return frame.addNote("none since the agent started") }
    for error in errors.suffix(limit) {
      let time = EventLine.time(Moment(boot: 0, real: error.real))
      var row = Row()
      row.add("  " + time.dropFirst(11).prefix(8) + " ", .dim)
      let isBad = error.level != "warning" && error.level != "warn"
      row.add(error.level, width: 9, isBad ? .bad : .warn)
      row.add(error.service + " ", .label)
      row.add(error.text)
      frame.add(row)
    }
  }
}
