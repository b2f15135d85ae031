// Loggers of Python. What their users call `duration` may be anything: only names with a unit are believed.
// SPDX-License-Identifier: Apache-2.0

extension LogForms {
  static let python: [LogForm] = [structlog, loguru, jsonLogging, jsonLogger, stdlib]

  private static let structlog = LogForm(
    name: "structlog",
    signatures: [
      [LogClue("event", .text), LogClue("level", .lower)],
      [LogClue("event", .text), LogClue("level", .text), LogClue("timestamp")],
    ],
    fields: usual())

  /// With `serialize=True`; what was bound stands in `extra`.
  private static let loguru = LogForm(
    name: "loguru",
    signatures: [[LogClue("record.level.name"), LogClue("record.message"), LogClue("text")]],
    fields: LogField.keys(.time, "record.time.timestamp") + LogField.keys(.level, "record.level.no")
      + LogField.keys(.message, "record.message") + LogField.keys(.logger, "record.name")
      + LogField.keys(.exceptionType, "record.exception.type")
      + LogField.keys(.exception, "record.exception.value") + inside("record.extra"),
    levels: .python)

  /// json-logging, whose requests name their path `request`.
  private static let jsonLogging = LogForm(
    name: "json-logging",
    signatures: [[LogClue("written_ts", .number), LogClue("written_at"), LogClue("type")]],
    fields: LogField.keys(.time, "written_ts") + LogField.keys(.level, "level") + LogField.keys(.message, "msg")
      + LogField.keys(.logger, "logger") + LogField.keys(.method, "method") + LogField.keys(.path, "request")
      + LogField.keys(.status, "response_status")
      + LogField.keys(.duration, "response_time_ms", unit: .milliseconds)
      + LogField.keys(.requestID, "correlation_id") + LogField.keys(.exception, "exc_info")
      + LogField.keys(.bytes, "response_size_b"))

  /// python-json-logger, as also Uvicorn and Gunicorn use it.
  private static let jsonLogger = LogForm(
    name: "python-json-logger",
    signatures: [
      [LogClue("levelname", .text), LogClue("message")],
      [LogClue("severity", .text), LogClue("name"), LogClue("message")],
    ],
    fields: usual())

  /// The standard library's logging with a JSON formatter of one's own.
  private static let stdlib = LogForm(
    name: "Python logging",
    signatures: [
      [LogClue("level", .upper), LogClue("msg"), LogClue("logger")],
      [LogClue("level", .upper), LogClue("message"), LogClue("logger")],
    ],
    fields: usual())
}
