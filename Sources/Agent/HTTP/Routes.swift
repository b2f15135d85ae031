// Which address answers what. A route turns a request into a response from what the pipeline hands it and touches
// nothing else, so that every answer can be tested without a socket.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// What the routes need of the agent.
protocol AgentView: AnyObject {
  /// The exposition of this moment in a format.
  func exposition(_ format: ExpositionFormat) -> [UInt8]
  /// What a dashboard is drawn from.
  func dashboardContext() -> DashboardContext
  /// Nil when the agent has sampled and serves; else why it is not ready.
  var unready: String? { get }
}

/// The agent's addresses.
struct Routes {
  private unowned let agent: any AgentView

  init(_ agent: any AgentView) { self.agent = agent }

  /// Answers one request; the server has checked its method and host.
  func answer(_ request: HTTPRequest) -> HTTPResponse {
    switch request.path {
    case "/": return dashboard("overview", request)
    case "/metrics": return metrics(request)
    case "/healthz": return .text(200, "ok\n")
    case "/readyz": return agent.unready.map { .text(503, "not ready: \($0)\n") } ?? .text(200, "ready\n")
    default: break
    }
    let prefix = "/dashboard/"
    if request.path.hasPrefix(prefix) { return dashboard(String(request.path.dropFirst(prefix.count)), request) }
    return .text(404, "not found; there are: / /dashboard/NAME /metrics /healthz /readyz\n")
  }

  private func metrics(_ request: HTTPRequest) -> HTTPResponse {
    let format = request.format
    return HTTPResponse(status: 200, contentType: format.contentType, body: agent.exposition(format))
  }

  private func dashboard(_ name: String, _ request: HTTPRequest) -> HTTPResponse {
    guard let dashboard = Dashboard(rawValue: name) else {
      let names = Dashboard.allCases.map(\.rawValue).joined(separator: ", ")
      return .text(404, "no dashboard of that name; there are: \(names)\n")
    }
    let view: DashboardRequest
    do {
      view = try DashboardRequest(request)
    } catch {
      return .text(400, error.message + "\n")
    }
    let frame = dashboard.frame(agent.dashboardContext(), width: view.width)
    switch view.format {
    case .html:
      let page = HTMLRenderer.page(frame, dashboard: dashboard)
      return HTTPResponse(status: 200, contentType: "text/html; charset=utf-8", body: Array(page.utf8))
    case .ansi: return .text(200, ANSIRenderer.text(frame))
    case .plain: return .text(200, PlainRenderer.text(frame))
    }
  }
}
