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
    frame.add(Dashboard.title(context, width))
    switch self {
    case .overview:
      drawHost(context, &frame, cores: Limits.dashboardCores, devices: Limits.dashboardDevices)
      drawServices(context, &frame, endpoints: 8)
      ProcessPanel(context).draw(into: &frame, limit: 10)
      ErrorPanel(context).draw(into: &frame, limit: 6)
    case .host:
      drawHost(context, &frame, cores: .max, devices: 16)
      ProcessPanel(context).draw(into: &frame, limit: 20)
    case .service:
      drawServices(context, &frame, endpoints: 25)
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

  private func drawServices(_ context: DashboardContext, _ frame: inout Frame, endpoints: Int) {
    let names = ServicePanel.names(context.history)
    for name in names { ServicePanel(context.history, service: name).draw(into: &frame) }
    if names.isEmpty {
      frame.addHeading("Service")
      frame.addNote("none: vitals --log api=/var/log/api.json --watch api=uvicorn adds one")
    }
    EndpointPanel(context.history).draw(into: &frame, limit: endpoints)
  }

  private static func title(_ context: DashboardContext, _ width: Int) -> Row {
    var row = Row()
    row.add("vitals ", .title)
    row.add(context.hostname, .value)
    if let boot = context.history.series("node_boot_time_seconds").first?.latest {
      row.add("  up " + Units.duration(context.now.unixSeconds - boot), .dim)
    }
    for name in ["node_load1", "node_load5", "node_load15"] {
      guard let load = context.history.series(name).first?.latest else { continue }
      if name == "node_load1" { row.add("  load", .dim) }
      row.add(" " + Units.digits(load, 2))
    }
    let time = String(EventLine.time(context.now).prefix(19)).replacing("T", with: " ") + "Z"
    row.add(String(repeating: " ", count: max(1, width - row.width - time.count)) + time, .dim)
    return row
  }
}
