// Loggers of Java.
// SPDX-License-Identifier: Apache-2.0

extension LogForms {
  static let java: [LogForm] = [logstash, log4j, logback]

  /// logstash-logback-encoder, and its composite encoder with other names for the time.
  private static let logstash = LogForm(
    name: "Logback logstash-encoder",
    signatures: [
      [LogClue("logger_name"), LogClue("level"), LogClue("message")],
      [LogClue("@timestamp"), LogClue("@version"), LogClue("logger_name"), LogClue("message")],
    ],
    fields: usual(
      LogField.keys(.time, "@timestamp", "timestamp"), LogField.keys(.exception, "stack_trace"),
      inside("mdc")))

  /// Log4j's JsonLayout; what a request is stands in the thread's context.
  private static let log4j = LogForm(
    name: "Log4j JsonLayout",
    signatures: [[LogClue("loggerFqcn"), LogClue("level")], [LogClue("instant.epochSecond"), LogClue("level")]],
    fields: LogField.keys(.time, "instant.epochSecond", "timeMillis")
      + LogField.keys(.nanoseconds, "instant.nanoOfSecond") + LogField.keys(.level, "level")
      + LogField.keys(.message, "message") + LogField.keys(.logger, "loggerName")
      + LogField.keys(.exception, "thrown.extendedStackTrace", "thrown.message")
      + LogField.keys(.exceptionType, "thrown.name") + inside("contextMap") + requests + traces + usualDurations)

  /// Logback's own JsonEncoder.
  private static let logback = LogForm(
    name: "Logback JsonEncoder",
    signatures: [
      [LogClue("loggerName"), LogClue("level"), LogClue("threadName"), LogClue("timestamp", .number)]
    ],
    fields: LogField.keys(.time, "timestamp") + LogField.keys(.level, "level")
      + LogField.keys(.message, "formattedMessage", "message") + LogField.keys(.logger, "loggerName")
      + LogField.keys(.exceptionType, "throwable.className") + LogField.keys(.exception, "throwable.message")
      + inside("mdc") + requests + traces + usualDurations)
}
