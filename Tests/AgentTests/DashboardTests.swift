import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Dashboards") struct DashboardTests {
  @Test("More services than have room for a panel share a table; those with a log keep theirs")
  func table() {
    let history = History()
    for second in 0..<20 {
      history.begin(at: Moment(boot: UInt64(second + 1) * 1_000_000_000, real: 1_700_000_000_000_000_000))
      history.family(MetricFamily("vitals_service_processes", .gauge, help: ""))
      for name in ["a", "b", "c", "d", "logged"] { history.sample(LabelSet([("service", name)]), .integer(2)) }
      history.family(MetricFamily("vitals_process_cpu_seconds_total", .counter, help: ""))
      history.sample(LabelSet([("service", "d"), ("pid", "1"), ("mode", "user")]), Double(second) / 2)
      history.family(MetricFamily("vitals_tail_lines_total", .counter, help: ""))
      history.sample(LabelSet([("service", "logged")]), Double(second))
      history.end()
    }
    let context = DashboardContext(
      history: history, recentErrors: [], now: Moment(boot: 20_000_000_000, real: 1_700_000_000_000_000_000),
      hostname: "h", version: "0", hasLogs: true)
    let text = PlainRenderer.text(Dashboard.overview.frame(context, width: 80))
    #expect(text.contains("── Service logged"))
    #expect(!text.contains("── Service a"))
    let rows = text.split(separator: "\n").drop { !$0.hasPrefix("── Services") }.dropFirst(2).prefix(4)
    #expect(rows.map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == ["d 50.0%", "a –", "b –", "c –"])
  }

  @Test("Every dashboard fits every width", arguments: Dashboard.allCases, [60, 80, 100, 120, 240])
  func fits(_ dashboard: Dashboard, _ width: Int) {
    for context in [
      SampleHistory.context(), SampleHistory.context(service: "漢字", isLimited: true),
      SampleHistory.context(cores: 70, service: "漢字", path: "/" + longText),
    ] {
      for row in dashboard.frame(context, width: width).rows {
        #expect(row.width <= width, "\(row.pieces.map(\.text).joined())")
      }
    }
  }

  @Test("An agent that knows nothing yet still draws", arguments: Dashboard.allCases)
  func empty(_ dashboard: Dashboard) {
    let context = DashboardContext(
      history: History(), recentErrors: [], now: Moment(boot: 0, real: 0), hostname: "", version: "", hasLogs: true)
    let text = PlainRenderer.text(dashboard.frame(context, width: 80))
    #expect(text.contains("1970-01-01 00:00:00Z"))
    #expect(!text.contains("0.0%"))
  }

  @Test("Where names are short nothing is cut, at any width", arguments: Dashboard.allCases, [60, 62, 70, 80, 120])
  func whole(_ dashboard: Dashboard, _ width: Int) {
    let text = PlainRenderer.text(dashboard.frame(SampleHistory.context(path: "/x"), width: width))
    // The name of a mount and what a log line says are free text.
    for line in text.split(separator: "\n") where !line.contains("/var/lib…") && !line.contains("pool") {
      #expect(!line.contains("…"))
    }
    var wanted = ["  up 1d 3h ", "  load 1.25 0.50 0.25", " 2023-11-14 22:15:19Z\n"]
    if dashboard != .service {
      wanted += ["  user 40.0%", "  iowait  6.0%", "  steal  0.0%", "  dirty 12.0 MiB", "  io 60.0% full 55.0%"]
      wanted += ["  out   250/s", "  wait 28.6 ms", "  drops  3/s", "2.79 GiB available of 93.1 GiB"]
    }
    if dashboard != .host {
      wanted += ["  last 5 s    300/s", "  log lines    310/s", "  cache hits  60.0%", "  fds    99"]
    }
    for figure in wanted { #expect(text.contains(figure), "\(figure)\n\(text)") }
  }

  @Test("Long names give way to the figures beside them", arguments: [60, 80])
  func longNames(_ width: Int) {
    let sample = SampleHistory.context(service: longText, path: "/" + longText)
    let context = DashboardContext(
      history: sample.history, recentErrors: [], now: sample.now, hostname: longText, version: "", hasLogs: true)
    let text = PlainRenderer.text(Dashboard.overview.frame(context, width: width))
    for figure in [" 2023-11-14 22:15:19Z\n", "  up 1d 3h ", " · 2 processes", "  90.0%   286 MiB       8", " 1.0%\n"] {
      #expect(text.contains(figure), "\(figure)\n\(text)")
    }
  }

  @Test("Advice goes on below where the frame is narrow")
  func advice() {
    let context = DashboardContext(
      history: History(), recentErrors: [], now: Moment(boot: 0, real: 0), hostname: "", version: "", hasLogs: true)
    let text = PlainRenderer.text(Dashboard.service.frame(context, width: 60))
    #expect(text.contains("  none: vitals --log api=/var/log/api.json --watch\n  api=uvicorn adds one\n"), "\(text)")
  }

  @Test("As plain text", arguments: Dashboard.allCases, [60, 80, 120])
  func plain(_ dashboard: Dashboard, _ width: Int) throws {
    let text = PlainRenderer.text(dashboard.frame(SampleHistory.context(), width: width))
    try Golden.expect(text, "\(dashboard.rawValue)-\(width).txt")
  }

  @Test("As plain text where cgroups limit the service and the agent", arguments: [60, 80, 120])
  func limited(_ width: Int) throws {
    let context = SampleHistory.context(isLimited: true)
    try Golden.expect(PlainRenderer.text(Dashboard.overview.frame(context, width: width)), "limited-\(width).txt")
  }

  @Test("A cgroup's limit that the machine cannot reach is none")
  func loose() {
    let context = SampleHistory.context(cores: 1, isLimited: true)
    let text = PlainRenderer.text(Dashboard.overview.frame(context, width: 80))
    #expect(!text.contains("2.0 cores"))
    #expect(text.contains(" of 0.25 cores\n"))
  }

  @Test("In colour and as a page")
  func media() throws {
    let frame = Dashboard.overview.frame(SampleHistory.context(), width: 100)
    try Golden.expect(ANSIRenderer.text(frame), "overview-100.ansi")
    try Golden.expect(HTMLRenderer.page(frame, dashboard: .overview), "overview-100.html")
  }

  @Test("Names and log lines of strangers reach no terminal and no page as more than text")
  func hostile() {
    let evil = "\u{1B}[2J\u{9B}31m<script>alert(1)</script>\u{202E}\r\n\0\"'&"
    let context = SampleHistory.context(service: evil, path: "/" + evil)
    for dashboard in Dashboard.allCases {
      let frame = dashboard.frame(context, width: 240)
      let plain = PlainRenderer.text(frame)
      #expect(plain.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
      let page = HTMLRenderer.page(frame, dashboard: dashboard)
      #expect(!page.contains("<script") && !page.contains("\u{1B}") && !page.contains("\u{202E}"))
      if dashboard != .host { #expect(page.contains("&lt;script&gt;")) }
      // Every escape sequence is one of the renderer's own.
      let pieces = ANSIRenderer.text(frame).split(separator: "\u{1B}", omittingEmptySubsequences: false).dropFirst()
      #expect(pieces.allSatisfy { $0.contains(/^\[[0-9;]+m/) })
    }
  }

  static let hostileFrames: [(sent: String, plain: String, colored: String)] = [
    ("\u{1B}[2Jx", "\u{FFFD}[2Jx", "\u{FFFD}[2Jx"), ("\u{1B}", "\u{FFFD}", "\u{FFFD}"),
    ("\u{1B}]0;title\u{7}x", "\u{FFFD}]0;title\u{FFFD}x", "\u{FFFD}]0;title\u{FFFD}x"),
    (
      "\u{9B}31mx\r\n\u{202E}y\0\n", "\u{FFFD}31mx\u{FFFD}\n\u{FFFD}y\u{FFFD}\n",
      "\u{FFFD}31mx\u{FFFD}\n\u{FFFD}y\u{FFFD}\n"
    ),
    ("\u{1B}[8mx", "\u{FFFD}[8mx", "\u{FFFD}[8mx"), ("\u{1B}[1;31;8mx", "\u{FFFD}[1;31;8mx", "\u{FFFD}[1;31;8mx"),
    ("\u{1B}\u{1B}[0m", "\u{FFFD}\u{FFFD}[0m", "\u{FFFD}\u{1B}[0m"), ("\u{1B}[m", "\u{FFFD}[m", "\u{FFFD}[m"),
    ("\u{1B}[1;31mx\u{1B}[0m\n", "\u{FFFD}[1;31mx\u{FFFD}[0m\n", "\u{1B}[1;31mx\u{1B}[0m\n"),
    ("", "", ""), ("\n\n", "\n\n", "\n\n"), ("ü █▁\n", "ü █▁\n", "ü █▁\n"),
  ]

  @Test("Of what a server sends, a terminal gets text and the agent's own colours", arguments: hostileFrames)
  func hostileServer(sent: String, plain: String, colored: String) {
    #expect(ANSIRenderer.safe(sent, keepsColor: false) == plain)
    #expect(ANSIRenderer.safe(sent, keepsColor: true) == colored)
  }

  @Test("The agent's own frames pass unchanged", arguments: Dashboard.allCases)
  func ownFrames(_ dashboard: Dashboard) {
    let frame = dashboard.frame(SampleHistory.context(), width: 100)
    #expect(ANSIRenderer.safe(ANSIRenderer.text(frame), keepsColor: true) == ANSIRenderer.text(frame))
    #expect(ANSIRenderer.safe(PlainRenderer.text(frame), keepsColor: false) == PlainRenderer.text(frame))
  }

  private var longText: String { String(repeating: "long-", count: 100) }
}
