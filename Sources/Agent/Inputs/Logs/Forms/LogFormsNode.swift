// Loggers of Node.js. Durations are milliseconds there.
// SPDX-License-Identifier: Apache-2.0

extension LogForms {
  static let node: [LogForm] = [bunyan, pino, winston]

  private static let bunyan = LogForm(
    name: "Bunyan",
    signatures: [[LogClue("v", .number), LogClue("level", .number), LogClue("hostname"), LogClue("time", .text)]],
    fields: usual(LogField.keys(.exception, "err.stack"), durations: .milliseconds), levels: .pino)

  /// With pino-http, requests are objects `req` and `res`.
  private static let pino = LogForm(
    name: "pino",
    signatures: [
      [LogClue("level", .number), LogClue("time", .number)],
      [LogClue("level", .number), LogClue("time"), LogClue("pid", .number)],
      [LogClue("level", .text), LogClue("time"), LogClue("pid", .number), LogClue("hostname")],
    ],
    fields: usual(LogField.keys(.exception, "err.stack"), durations: .milliseconds), levels: .pino)

  /// The keys are its, but not its alone: so many hand-made loggers write these that no unit follows from them.
  private static let winston = LogForm(
    name: "winston",
    signatures: [[LogClue("level", .lower), LogClue("message", .text)]],
    fields: usual(LogField.keys(.exception, "stack")))
}
