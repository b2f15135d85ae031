// Forms that are agreed on between loggers: Elastic's, Google's, OpenTelemetry's.
// SPDX-License-Identifier: Apache-2.0

extension LogForms {
  static let standards: [LogForm] = [ecs, google, openTelemetry]

  /// Elastic Common Schema; durations are nanoseconds.
  private static let ecs = LogForm(
    name: "Elastic Common Schema",
    signatures: [
      [LogClue("@timestamp"), LogClue("ecs.version"), LogClue("message")],
      [LogClue("@timestamp"), LogClue("log.level"), LogClue("message")],
    ],
    fields: LogField.keys(.time, "@timestamp") + LogField.keys(.level, "log.level") + LogField.keys(.message, "message")
      + LogField.keys(.logger, "log.logger") + LogField.keys(.method, "http.request.method")
      + LogField.keys(.route, "http.route") + LogField.keys(.path, "url.path", "url.original", unit: .url)
      + LogField.keys(.status, "http.response.status_code")
      + LogField.keys(.duration, "event.duration", unit: .nanoseconds) + LogField.keys(.trace, "trace.id")
      + LogField.keys(.span, "span.id", "transaction.id") + LogField.keys(.requestID, "http.request.id")
      + LogField.keys(.exception, "error.stack_trace", "error.message") + LogField.keys(.exceptionType, "error.type")
      + LogField.keys(.bytes, "http.response.body.bytes") + requests + traces + usualDurations)

  /// Google Cloud's structured logging.
  private static let google = LogForm(
    name: "Google Cloud",
    signatures: [
      [LogClue("severity"), LogClue("httpRequest.requestMethod"), LogClue("message")],
      [LogClue("httpRequest.requestMethod"), LogClue("httpRequest.status")],
      [LogClue("severity", .upper), LogClue("logging.googleapis.com/trace"), LogClue("message")],
      [LogClue("severity", .upper), LogClue("logging.googleapis.com/sourceLocation.file"), LogClue("message")],
      [LogClue("severity", .upper), LogClue("logging.googleapis.com/trace_sampled")],
    ],
    fields: LogField.keys(.time, "timestamp", "time", "timestampSeconds")
      + LogField.keys(.nanoseconds, "timestampNanos") + LogField.keys(.level, "severity")
      + LogField.keys(.message, "message", "msg") + LogField.keys(.method, "httpRequest.requestMethod")
      + LogField.keys(.path, "httpRequest.requestUrl", unit: .url) + LogField.keys(.status, "httpRequest.status")
      + LogField.keys(.duration, "httpRequest.latency") + LogField.keys(.cache, "httpRequest.cacheHit")
      + LogField.keys(.trace, "logging.googleapis.com/trace") + LogField.keys(.span, "logging.googleapis.com/spanId")
      + LogField.keys(.exception, "stack_trace", "exception")
      + LogField.keys(.bytes, "httpRequest.responseSize") + requests + traces + usualDurations)

  /// One record, as SDKs print it and as the data model names it.
  private static let openTelemetry = LogForm(
    name: "OpenTelemetry",
    signatures: [
      [LogClue("severity_number", .number), LogClue("body")], [LogClue("SeverityNumber", .number), LogClue("Body")],
      [LogClue("severityNumber", .number), LogClue("body.stringValue")],
      [LogClue("severity_number", .number), LogClue("trace_id")], [LogClue("SeverityText"), LogClue("Body")],
    ],
    fields: LogField.keys(.time, "timestamp", "Timestamp", "timeUnixNano", "observed_timestamp", "ObservedTimestamp")
      + LogField.keys(.level, "severity_number", "SeverityNumber", "severityNumber", "severity_text", "SeverityText")
      + LogField.keys(.message, "body", "Body", "body.stringValue")
      + LogField.keys(.trace, "trace_id", "TraceId", "traceId") + LogField.keys(.span, "span_id", "SpanId", "spanId")
      + attributes("attributes.") + attributes("Attributes."),
    levels: .openTelemetry)

  /// The attributes of OpenTelemetry's conventions, new and old.
  static func attributes(_ prefix: String) -> [LogField] {
    let fields =
      LogField.keys(.method, "http.request.method", "http.method") + LogField.keys(.route, "http.route")
      + LogField.keys(.path, "url.path", "http.target", "url.full", "http.url", unit: .url)
      + LogField.keys(.status, "http.response.status_code", "http.status_code")
      + LogField.keys(.duration, "http.server.request.duration", unit: .seconds)
      + LogField.keys(.exceptionType, "exception.type")
      + LogField.keys(.exception, "exception.stacktrace", "exception.message") + LogField.keys(.cache, "cache")
      + requests + usualDurations
    return fields.map { LogField(role: $0.role, path: prefix + $0.path, unit: $0.unit) }
  }

  /// A record of OTLP, its attributes by their own names.
  static let otlpFields: [LogField] =
    LogField.keys(.time, "timeUnixNano", "observedTimeUnixNano")
    + LogField.keys(.level, "severityNumber", "severityText") + LogField.keys(.message, "body")
    + LogField.keys(.trace, "traceId") + LogField.keys(.span, "spanId") + attributes("")
}
