// The dashboards by name. Their panels are laid by hand and read nothing but the history and the error lines, so that a
// dashboard file can take their place.
// SPDX-License-Identifier: Apache-2.0

/// A dashboard.
enum Dashboard: String, CaseIterable {
  /// Everything on one screen.
  case overview
  /// The machine alone.
  case host
  /// The services alone.
  case service

  /// Draws it.
  func frame(_ context: DashboardContext, width: Int) -> Frame {
    var frame = Frame(width: width)
    Dashboard.drawTitle(context, &frame)
    switch self {
    case .overview:
      drawServices(context, &frame, endpoints: 8, table: 5)
      drawHost(context, &frame, cores: Limits.dashboardCores, devices: Limits.dashboardDevices)
      ProcessPanel(context).draw(into: &frame, limit: 10)
      ErrorPanel(context).draw(into: &frame, limit: 6)
    case .host:
      drawHost(context, &frame, cores: .max, devices: 16)
      ProcessPanel(context).draw(into: &frame, limit: 20)
    case .service:
      drawServices(context, &frame, endpoints: 25, table: .max)
      RulePanel(context).draw(into: &frame, limit: 20)
      ErrorKindPanel(context).draw(into: &frame, limit: 10)
      ProcessPanel(context).draw(into: &frame, limit: 20)
      ErrorPanel(context).draw(into: &frame, limit: 20)
    }
    return frame
  }

  private func drawHost(_ context: DashboardContext, _ frame: inout Frame, cores: Int, devices: Int) {
    CPUPanel(context).draw(into: &frame, limit: cores)
    MemoryPanel(context).draw(into: &frame)
    DevicePanel(context).draw(into: &frame, limit: devices)
  }

  private func drawServices(_ context: DashboardContext, _ frame: inout Frame, endpoints: Int, table: Int) {
    let names = ServicePanel.names(context.history)
    let unlogged = names.filter { context.history.series("vitals_tail_lines_total", [("service", $0)]).isEmpty }
    let isTable = unlogged.count > Limits.dashboardServices
    for name in names where !isTable || !unlogged.contains(name) {
      ServicePanel(context.history, service: name).draw(into: &frame)
    }
    if isTable { ServiceTable(context.history, services: unlogged).draw(into: &frame, limit: table) }
    if names.isEmpty {
      frame.addHeading("Service")
      frame.addNote("none: vitals --log api=/var/log/api.json --watch api=uvicorn adds one")
    }
    QueuePanel(context.history).draw(into: &frame, limit: Limits.dashboardQueues)
    EndpointPanel(context.history).draw(into: &frame, limit: endpoints)
  }

  /// Who, since when, how loaded, and the time at the right edge. Where they have no room beside each other, the load
  /// stands below; what is cut is the host's name.
  private static func drawTitle(_ context: DashboardContext, _ frame: inout Frame) {
    let time = String(EventLine.time(context.now).prefix(19)).replacing("T", with: " ") + "Z"
    var up = ""
    if let boot = context.history.series("node_boot_time_seconds").first?.latest {
      up = "  up " + Units.duration(context.now.unixSeconds - boot)
    }
    var load = Row()
    for name in ["node_load1", "node_load5", "node_load15"] {
      guard let value = context.history.series(name).first?.latest else { continue }
      if name == "node_load1" { load.add("  load", .dim) }
      load.add(" " + Units.digits(value, 2))
    }
    var row = Row()
    row.add("vitals ", .title)
    let room = frame.width - row.width - up.count - 1 - time.count
    row.add(DisplayText.cut(DisplayText.safe(context.hostname), room), .value)
    row.add(up, .dim)
    let isWide = row.width + load.width + 1 + time.count <= frame.width
    if isWide { row.add(load) }
    row.add(String(repeating: " ", count: max(1, frame.width - row.width - time.count)) + time, .dim)
    frame.add(row)
    if !isWide { frame.add(load) }
  }
}
