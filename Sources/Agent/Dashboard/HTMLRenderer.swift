// A frame for browsers: one page that refreshes itself, without a script and without anything loaded, so that the
// strictest content policy holds.
// SPDX-License-Identifier: Apache-2.0

/// A page.
enum HTMLRenderer {
  /// The whole document.
  static func page(_ frame: Frame, dashboard: Dashboard) -> String {
    let links = Dashboard.allCases.map { other in
      let current = other == dashboard ? #" aria-current="page""# : ""
      return #"<a href="/dashboard/\#(other.rawValue)"\#(current)>\#(other.rawValue)</a>"#
    }.joined(separator: "\n")
    let lines = frame.rows.map { row in
      row.pieces.map { piece in
        let text = escaped(piece.text)
        return piece.style == .plain ? text : #"<span class="\#(piece.style.rawValue)">\#(text)</span>"#
      }.joined() + "\n"
    }.joined()
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="refresh" content="2">
      <title>vitals · \(dashboard.rawValue)</title>
      <style>
      \(style)
      </style>
      </head>
      <body>
      <nav>\(links)
      <a href="/metrics">metrics</a></nav>
      <pre>\(lines)</pre>
      </body>
      </html>

      """
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  private static let style = """
    :root { color-scheme: light dark; --bg: #fbfbf9; --fg: #24292f; --dim: #8c959f; --blue: #0969da; --teal: #0a7c86;
      --green: #1a7f37; --amber: #9a6700; --red: #cf222e; --violet: #8250df; }
    @media (prefers-color-scheme: dark) { :root { --bg: #0d1117; --fg: #c9d1d9; --dim: #6e7681; --blue: #4493f8;
      --teal: #39c5cf; --green: #3fb950; --amber: #d29922; --red: #ff7b72; --violet: #bc8cff; } }
    body { margin: 0; padding: 1rem 1.5rem; background: var(--bg); color: var(--fg); }
    pre, nav { font: 13px/1.35 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; }
    pre { margin: 0; overflow-x: auto; }
    nav { margin-bottom: .8rem; }
    nav a { color: var(--dim); text-decoration: none; margin-right: 1.2rem; }
    nav a[aria-current], nav a:hover { color: var(--blue); }
    .title, .value { font-weight: 600; } .heading { color: var(--teal); font-weight: 600; } .label { color: var(--teal); }
    .good { color: var(--green); } .warn { color: var(--amber); font-weight: 600; }
    .bad { color: var(--red); font-weight: 600; } .dim { color: var(--dim); } .bar { color: var(--blue); }
    .spark { color: var(--violet); }
    """
}
