// What the agent's log has about single logs. Thousands of them that are opened or rotated at once would be thousands of
// lines: past a number a minute the rest is summed up in one.
// SPDX-License-Identifier: Apache-2.0

/// Says what happens to followed logs. Not thread-safe.
final class LogVoice {
  private let log: any EventLog
  private var minute: Moment?
  private var lines = 0
  private var unsaid = 0

  init(_ log: any EventLog) { self.log = log }

  /// Says what was left unsaid, once a minute; to be called at each tick.
  func tick(at now: Moment) {
    if let minute, now.seconds(since: minute) < 60 { return }
    if unsaid > 0 { log.log(.info, "more was said of logs than this log has room for", [("lines", String(unsaid))]) }
    (minute, lines, unsaid) = (now, 0, 0)
  }

  /// Says a change in the state of a log.
  func say(_ file: LogFile, _ event: TailEvent) {
    switch event {
    case .waiting: say(file, .warning, "log is not there, waiting for it")
    case .unreadable(let reason): say(file, .warning, "log cannot be read", [("reason", reason)])
    case .opened(let offset): say(file, .info, "log is open", [("offset", String(offset))])
    case .rotated: say(file, .info, "log was rotated")
    case .found(let name): say(file, .info, "log was rotated while nobody looked, its rest is read", [("file", name)])
    case .vanished(let lost):
      say(file, .warning, "log that was being read is gone", [("lost_bytes", String(lost))])
    case .truncated(let lost): say(file, .warning, "log was truncated", [("lost_bytes", String(lost))])
    case .reopened: say(file, .warning, "log has more than can be read, and is opened anew")
    case .ended: say(file, .info, "log has ended, its writers have closed it")
    case .finished: say(file, .info, "rotated log is read to its end and closed")
    case .abandoned(let lost):
      say(file, .warning, "rotated log is given up", [("lost_bytes", String(lost))])
    }
  }

  /// Says something of a log.
  func say(
    _ file: LogFile, _ level: EventLevel, _ text: String, _ more: [(name: String, value: String)] = []
  ) {
    say(level, text, [("service", file.source.service), ("path", file.source.path)] + more)
  }

  /// Says something of many.
  func say(_ level: EventLevel, _ text: String, _ fields: [(name: String, value: String)]) {
    lines += 1
    if lines > Limits.logVoiceLines {
      unsaid += 1
    } else {
      log.log(level, text, fields)
    }
  }
}
