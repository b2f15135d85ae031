// All forms that are known. Their order decides where two fit a line alike: the first wins.
// SPDX-License-Identifier: Apache-2.0

/// The table of forms.
enum LogForms {
  /// Every form; the number of a form is its place here.
  static let all: [LogForm] =
    servers + go + node + java + dotnet + standards + swift + python + [
      LogForm(name: "JSON", fields: usual), logfmtForm, otlpForm,
      LogForm(name: "access log", syntax: .access, isServer: true), LogForm(name: "text", syntax: .text),
    ]

  /// JSON of a logger that we do not know.
  static let generic = all.count - 5
  static let logfmt = all.count - 4
  static let otlp = all.count - 3
  static let access = all.count - 2
  static let text = all.count - 1

  /// The numbers of all forms of JSON objects.
  static let json: [Int] = all.indices.filter { all[$0].syntax == .json }

  /// A form and those of its family.
  static func family(of number: Int) -> [Int] {
    let family = all[number].family
    return family.isEmpty ? [number] : json.filter { all[$0].family == family }
  }

  /// Keys that mean the same wherever they stand: of unknown JSON, and of loggers whose users name their own. What has
  /// a unit in its name has that unit; what has none is ambiguous.
  static let usual: [LogField] =
    LogField.keys(
      .time, "timestamp", "time", "ts", "@timestamp", "datetime", "date", "asctime", "eventTime", "written_at", "t")
    + LogField.keys(
      .level, "level", "severity", "levelname", "log.level", "loglevel", "log_level", "lvl", "@level", "logLevel",
      "severity_text")
    + LogField.keys(.message, "msg", "message", "@message", "text") + LogField.keys(.event, "event")
    + LogField.keys(.logger, "logger", "logger_name", "name", "module", "@module") + requests + traces + usualDurations
    + LogField.keys(
      .exception, "exception", "exc", "exc_info", "exc_text", "stack_trace", "stacktrace", "stack",
      "err.stack", "error.stack", "traceback", "error.stack_trace", "exception.exc_value", "err", "error",
      "error.message", "err.message")
    + LogField.keys(
      .exceptionType, "exc_type", "error.type", "err.type", "exception.exc_type", "exception_type", "exception.type")
    + LogField.keys(
      .cache, "cache", "cache_status", "upstream_cache_status", "cache_hit", "cacheHit", "cacheStatus", "cache.hit",
      "x_cache", "x-cache", "X-Cache")
    + LogField.keys(
      .bytes, "bytes", "size", "bytes_sent", "body_bytes_sent", "content_length", "bytes_out",
      "response_size")

  /// A request's fields, in the names of most frameworks, and those of a call to a language model.
  static let requests: [LogField] =
    calls
    + LogField.keys(
      .method, "method", "http_method", "request_method", "http.method", "http.request.method", "req.method",
      "request.method", "verb", "requestMethod")
    + LogField.keys(
      .path, "path", "url", "uri", "request_uri", "request_path", "http.path", "url.path", "http.target", "req.url",
      "request.path", "request.url", "request.uri", "full_path", "http_path", "url.original",
      "requestUri", "requestPath")
    + LogField.keys(.request, "request", "request_line", "requestLine")
    + LogField.keys(.route, "route", "http.route", "http_route", "path_template", "route_pattern")
    + LogField.keys(
      .status, "status", "status_code", "statusCode", "http_status", "http_status_code", "http.status_code",
      "http.response.status_code", "response_status", "response_code", "res.statusCode", "response.status",
      "response.status_code", "http.status")

  /// Ids that tie lines together.
  static let traces: [LogField] =
    LogField.keys(
      .trace, "trace_id", "traceId", "traceID", "trace.id", "traceid", "dd.trace_id", "otelTraceID", "trace",
      "traceparent", "http_traceparent")
    + LogField.keys(.span, "span_id", "spanId", "spanID", "span.id", "dd.span_id", "otelSpanID")
    + LogField.keys(
      .requestID, "request_id", "requestId", "req_id", "reqId", "req.id", "request.id", "correlation_id",
      "correlationId", "http.request.id", "x_request_id", "http.request_id")

  /// Durations whose name says their unit, and then those whose name does not.
  static let usualDurations: [LogField] =
    LogField.keys(
      .duration, "duration_ms", "durationMs", "elapsed_ms", "elapsedMs", "latency_ms", "latencyMs", "response_time_ms",
      "responseTimeMs", "time_ms", "took_ms", "request_time_ms", "process_time_ms", "responseTime", "ms",
      unit: .milliseconds)
    + LogField.keys(
      .duration, "process_time", "request_time", "duration_s", "duration_seconds", "duration_sec", "elapsed_s",
      "elapsed_seconds", "latency_s", "latency_seconds", "response_time_s", "http.server.request.duration",
      unit: .seconds)
    + LogField.keys(
      .duration, "duration_us", "elapsed_us", "latency_us", "response_time_us", "request_time_us", unit: .microseconds)
    + LogField.keys(.duration, "duration_ns", "elapsed_ns", "latency_ns", "event.duration", unit: .nanoseconds)
    + bareDurations(.ambiguous)

  /// Durations without a unit in their name, for forms whose loggers have one.
  static func bareDurations(_ unit: LogUnit) -> [LogField] {
    LogField.keys(
      .duration, "duration", "elapsed", "latency", "took", "response_time", "time_taken", "elapsed_time", "runtime",
      "total_time", "dur", unit: unit)
  }

  /// The usual fields, with others before them.
  static func usual(_ fields: [LogField]..., durations: LogUnit = .ambiguous) -> [LogField] {
    fields.flatMap { $0 } + (durations == .ambiguous ? [] : bareDurations(durations)) + usual
  }

  /// The usual fields as they stand inside an object.
  static func inside(_ object: String) -> [LogField] {
    (requests + traces + usualDurations + LogField.keys(.cache, "cache")).map {
      LogField(role: $0.role, path: object + "." + $0.path, unit: $0.unit)
    }
  }

  /// Records in lines of OTLP, their attributes by their own names.
  private static let otlpForm = LogForm(name: "OTLP JSON", syntax: .otlp, fields: otlpFields, levels: .openTelemetry)

  /// The keys of `key=value` lines.
  private static let logfmtForm = LogForm(
    name: "logfmt", syntax: .logfmt,
    fields: usual(LogField.keys(.duration, "service", unit: .ambiguous)))
}
