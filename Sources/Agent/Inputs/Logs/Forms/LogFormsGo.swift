// Loggers of Go. They print their fields in a fixed order and without spaces, which tells them from others.
// SPDX-License-Identifier: Apache-2.0

extension LogForms {
  static let go: [LogForm] = [zap, zerolog, slog, logrus, hclog]

  /// A duration is seconds as its production settings encode it, or a text.
  private static let zap = LogForm(
    name: "zap",
    signatures: [
      [LogClue("level", .leads), LogClue("ts"), LogClue("msg")],
      [LogClue("level", .text), LogClue("ts", .number), LogClue("msg")],
      [LogClue("level", .text), LogClue("ts"), LogClue("caller"), LogClue("msg")],
    ],
    fields: usual(
      LogField.keys(.time, "ts"), LogField.keys(.exception, "stacktrace", "errorVerbose", "error"), durations: .seconds),
    family: "zap")

  /// A duration is milliseconds unless the program says otherwise.
  private static let zerolog = LogForm(
    name: "zerolog",
    signatures: [
      [LogClue("level", .leads), LogClue("level", .lower), LogClue("time"), LogClue("message")],
      [LogClue("level", .leads), LogClue("level", .lower), LogClue("time"), LogClue("duration"), LogClue("status")],
    ],
    fields: usual(durations: .milliseconds))

  /// A duration is nanoseconds; levels between the named ones are `INFO+2`.
  private static let slog = LogForm(
    name: "slog",
    signatures: [[LogClue("time", .leads), LogClue("level", .upper), LogClue("msg")]],
    fields: usual(durations: .goDuration))

  /// A duration is nanoseconds; the keys are sorted.
  private static let logrus = LogForm(
    name: "logrus",
    signatures: [[LogClue("level", .lower), LogClue("msg"), LogClue("time", .text)]],
    fields: usual(durations: .goDuration))

  private static let hclog = LogForm(
    name: "hclog",
    signatures: [[LogClue("@level"), LogClue("@message"), LogClue("@timestamp")]],
    fields: usual(durations: .goDuration))
}
