// `vitals replay`: reads finished logs as the agent would have, and says what was in them. Exit status 0; 1 when a log was
// damaged or what was found cannot be written; 2 when a log cannot be opened: the others are read all the same.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The summary of finished logs.
struct ReplayCommand {
  enum Format: String, CaseIterable {
    case text, json, prometheus
  }

  private let sources: [ReplaySource]
  private let format: Format
  private let width: Int
  private let configuration: Configuration
  private let window: ReplayWindow?

  /// Checks the values of the command line.
  init(_ values: [String: [String]], _ operands: [String]) throws(UsageError) {
    let name = values["format"]?.first ?? Format.text.rawValue
    guard let format = Format(rawValue: name) else {
      throw UsageError(message: "--format \(name): must be text, json or prometheus")
    }
    self.format = format
    let range = Limits.replayColumns
    if let text = values["width"]?.first {
      width = try DashboardRequest.width(text, after: "--width ")
    } else {
      width = min(max(Terminal.columns ?? 100, range.lowerBound), range.upperBound)
    }
    let from = try Self.time("from", values)
    let to = try Self.time("to", values)
    if let from, let to, from >= to { throw UsageError(message: "--to must be later than --from") }
    window = ReplayWindow(from: from, to: to)
    configuration = try Configuration.load(values["config"]?.first)
    sources = try Self.sources(operands)
  }

  private static func time(_ option: String, _ values: [String: [String]]) throws(UsageError) -> UInt64? {
    guard let text = values[option]?.first else { return nil }
    guard let time = ReplayTime.parse(text) else {
      throw UsageError(
        message: "--\(option) \(text): must be a time such as 2026-11-21T04:11:11Z, or seconds since 1970")
    }
    return time
  }

  private static func sources(_ operands: [String]) throws(UsageError) -> [ReplaySource] {
    if operands.isEmpty {
      if Terminal.inputIsTerminal { throw UsageError(message: "name a log, or '-' for stdin: vitals replay FILE...") }
      return try sources([ReplaySource.standardInput])
    }
    if operands.count > Limits.replayFiles {
      throw UsageError(message: "\(operands.count) files are more than \(Limits.replayFiles)")
    }
    var sources: [ReplaySource] = []
    for operand in operands {
      guard let source = ReplaySource.parse(operand) else {
        throw UsageError(message: "'\(operand)' must be [SERVICE=]FILE, such as api=/var/log/api.json")
      }
      if sources.contains(where: { $0.path == source.path }) {
        throw UsageError(message: "\(source.path): was given before, and its lines would count twice")
      }
      sources.append(source)
    }
    if Set(sources.map(\.service)).count > Limits.replayServices {
      throw UsageError(
        message: "more than \(Limits.replayServices) services; NAME=FILE for each file says which belong together")
    }
    return sources
  }

  /// Reads and prints; the exit status.
  func run() throws(UsageError) -> Int32 {
    Interruption.hold()
    let replay = try LogReplay(
      sources, rules: configuration.rules, known: configuration.knownRoutes, window: window
    ) { Interruption.pending != nil }
    for file in replay.files where !file.isOpened { complain(file) }
    if !replay.files.contains(where: \.isOpened) { return 2 }
    read(replay)
    let stopped = Interruption.pending
    Interruption.take()
    var status: Int32 = 0
    for file in replay.files where file.failure != nil {
      status = max(status, file.isOpened ? 1 : 2)
      if file.isOpened { complain(file) }
    }
    Standard.write(text(replay), whenClosed: 1)
    if let stopped { Interruption.end(by: stopped) }
    return status
  }

  private func complain(_ file: ReplayFile) {
    Standard.complain("vitals: \(DisplayText.safe(file.failure ?? ""))\n")
  }

  private func read(_ replay: LogReplay) {
    if !Terminal.errorIsTerminal { return replay.read() }
    let clock = SystemClock()
    let sizes = replay.files.filter(\.isOpened).map(\.size)
    let total = sizes.contains(nil) ? nil : sizes.reduce(0) { $0 &+ ($1 ?? 0) }
    var progress = ReplayProgress(total: total, at: clock.now())
    replay.read { bytes in
      if progress.isDue(bytes), let text = progress.text(bytes, at: clock.now()) { Standard.complain(text) }
    }
    if let end = progress.end { Standard.complain(end) }
  }

  private func text(_ replay: LogReplay) -> String {
    let report = ReplayReport(replay)
    switch format {
    case .json: return ReplayJSON(report: report).text
    case .prometheus: return ReplayExposition.text(report, replay)
    case .text:
      let frame = ReplayText(report: report).frame(width: width)
      return Terminal.wantsColor ? ANSIRenderer.text(frame) : PlainRenderer.text(frame)
    }
  }
}
