// `vitals dashboard`: asks a running agent for a frame, or samples this machine itself when none answers. Its own
// figures need samples over a second, as every rate does.
// SPDX-License-Identifier: Apache-2.0

/// Frames of text on stdout.
struct DashboardCommand {
  private let dashboard: Dashboard
  private let once: Bool
  private let width: Int
  private let url: String?
  private let paths: KernelPaths

  init(_ values: [String: [String]], _ operands: [String]) throws(UsageError) {
    let name = operands.first ?? Dashboard.overview.rawValue
    guard let dashboard = Dashboard(rawValue: name) else {
      let names = Dashboard.allCases.map(\.rawValue).joined(separator: ", ")
      throw UsageError(message: "no dashboard '\(name)'; there are: \(names)")
    }
    self.dashboard = dashboard
    once = values["once"] != nil
    if let text = values["width"]?.first {
      width = try DashboardRequest.width(text, after: "--width ")
    } else {
      let range = Limits.dashboardColumns
      width = min(max(Terminal.columns ?? 100, range.lowerBound), range.upperBound)
    }
    url = values["url"]?.first
    paths = try KernelPaths(values)
  }

  /// Prints one frame, or one a second until a signal.
  func run() throws(UsageError) {
    let color = Terminal.wantsColor
    let path = "/dashboard/\(dashboard.rawValue)?width=\(width)&format=text&color=\(color ? 1 : 0)"
    if let frame = try remoteFrame(path) {
      try show(frame, color) { () throws(UsageError) in try remoteFrame(path) ?? "the agent has gone\n" }
    } else {
      let local = LocalView(paths: paths)
      try show(draw(local, color), color) { () throws(UsageError) in draw(local, color) }
    }
  }

  private func draw(_ local: LocalView, _ color: Bool) -> String {
    let frame = local.frame(dashboard, width: width)
    return color ? ANSIRenderer.text(frame) : PlainRenderer.text(frame)
  }

  /// A frame of the agent; nil when none listens and none was named.
  private func remoteFrame(_ path: String) throws(UsageError) -> String? {
    do {
      let frame = try HTTPClient.text(url ?? "http://127.0.0.1:9977", path: path, timeoutSeconds: 5)
      return ANSIRenderer.safe(frame, keepsColor: Terminal.wantsColor)
    } catch {
      if url == nil, error.isRefused { return nil }
      throw UsageError(message: error.message)
    }
  }

  private func show(
    _ first: String, _ color: Bool, next: () throws(UsageError) -> String
  ) throws(UsageError) {
    Standard.write(first)
    while !once {
      Terminal.pause(milliseconds: 1_000)
      let frame = try next()
      Standard.write((color ? "\u{1B}[H\u{1B}[2J" : "\n") + frame)
    }
  }
}
