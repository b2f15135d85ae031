// How a client wants a dashboard: as a page, as text, in colour, how wide. A browser says so by Accept; `?format=`,
// `?color=` and `?width=` say it outright. A pipe cannot be told from a terminal over HTTP, so colour is asked for.
// SPDX-License-Identifier: Apache-2.0

/// The wished form of a dashboard.
struct DashboardRequest {
  /// The media that a frame can be rendered for.
  enum Format { case html, ansi, plain }

  var format: Format
  var width: Int

  /// Reads the query and Accept; what cannot be understood is refused by name.
  init(_ request: HTTPRequest) throws(UsageError) {
    let wantsPage = request.header("Accept")?.contains("text/html") ?? false
    switch request.query("format") {
    case nil: format = wantsPage ? .html : .plain
    case "html": format = .html
    case "text": format = .plain
    case let other?: throw UsageError(message: "format=\(other): must be 'text' or 'html'")
    }
    switch request.query("color") {
    case nil, "0": break
    case "1": if format == .plain { format = .ansi }
    case let other?: throw UsageError(message: "color=\(other): must be 0 or 1")
    }
    width = try Self.width(request.query("width"))
  }

  /// A frame's width in columns from text; 100 when nothing is said. `name` is what it was typed after.
  static func width(_ text: String?, after name: String = "width=") throws(UsageError) -> Int {
    guard let text else { return 100 }
    guard let width = Int(text), Limits.dashboardColumns.contains(width) else {
      let range = Limits.dashboardColumns
      throw UsageError(message: "\(name)\(text): must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return width
  }
}
