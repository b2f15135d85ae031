// The last lines at level warning or above, newest last, as a terminal would have shown them; those that say the same stand
// there once, where the last of them was, so that a storm of one does not hide the others.
// SPDX-License-Identifier: Apache-2.0

/// Recent error lines.
struct ErrorPanel {
  /// A line, and how many said the same.
  private struct Said {
    let error: RecentError
    var count = 1
  }

  private let said: [Said]
  private let hasLogs: Bool
  private let now: Moment

  init(_ context: DashboardContext) {
    said = Self.folded(context.recentErrors)
    hasLogs = context.hasLogs
    now = context.now
  }

  private static func folded(_ errors: [RecentError]) -> [Said] {
    var said: [Said] = []
    // From the newest on, so that each stands where its last one was.
    for error in errors.reversed() {
      let place = said.firstIndex {
        ($0.error.text, $0.error.service, $0.error.level) == (error.text, error.service, error.level)
      }
      if let place { said[place].count += 1 } else { said.append(Said(error: error)) }
    }
    return said.reversed()
  }

  func draw(into frame: inout Frame, limit: Int) {
    if !hasLogs { return }
    frame.addHeading("Recent error lines")
    if said.isEmpty { return frame.addNote("none since the agent started") }
    for one in said.suffix(limit) {
      let error = one.error
      let time = EventLine.time(Moment(boot: 0, real: error.real))
      var row = Row()
      row.add("  " + time.dropFirst(11).prefix(8) + " ", .dim)
      let isBad = error.level != "warning" && error.level != "warn"
      row.add(error.level, width: 9, isBad ? .bad : .warn)
      row.add(error.service + " ", .label)
      if one.count > 1 { row.add("×\(one.count) ", .value) }
      row.add(error.text)
      frame.add(row)
    }
  }
}
