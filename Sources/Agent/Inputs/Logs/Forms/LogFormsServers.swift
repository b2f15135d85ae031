// Servers and proxies: their access logs as JSON.
// SPDX-License-Identifier: Apache-2.0

extension LogForms {
  static let servers: [LogForm] = [caddy, traefik, envoy, nginx, gunicorn, echo].map { form in
    var form = form
    form.isServer = true
    return form
  }

  /// Caddy's own lines are zap's; these are its access log's.
  private static let caddy = LogForm(
    name: "Caddy access log",
    signatures: [
      [LogClue("level", .text), LogClue("ts"), LogClue("msg"), LogClue("request.uri"), LogClue("request.method")]
    ],
    fields: usual(
      LogField.keys(.time, "ts"), LogField.keys(.path, "request.uri", unit: .url),
      LogField.keys(.method, "request.method"), durations: .seconds),
    family: "zap")

  /// Durations are Go's, in nanoseconds.
  private static let traefik = LogForm(
    name: "Traefik access log",
    signatures: [[LogClue("RequestMethod"), LogClue("RequestPath"), LogClue("DownstreamStatus")]],
    fields: LogField.keys(.time, "time", "StartUTC", "StartLocal") + LogField.keys(.level, "level")
      + LogField.keys(.message, "msg") + LogField.keys(.method, "RequestMethod")
      + LogField.keys(.path, "RequestPath", unit: .url) + LogField.keys(.status, "DownstreamStatus", "OriginStatus")
      + LogField.keys(.duration, "Duration", unit: .nanoseconds) + LogField.keys(.trace, "TraceId", "traceID")
      + LogField.keys(.span, "SpanId") + LogField.keys(.bytes, "DownstreamContentSize"))

  /// The keys are whatever the configuration names; these are Istio's and those of Envoy's documentation.
  private static let envoy = LogForm(
    name: "Envoy access log",
    signatures: [
      [LogClue("response_code"), LogClue("response_flags"), LogClue("method")],
      [LogClue("response_code"), LogClue("response_flags"), LogClue("start_time"), LogClue("duration")],
    ],
    fields: LogField.keys(.time, "start_time", "timestamp", "time") + LogField.keys(.method, "method")
      + LogField.keys(.path, "x_envoy_original_path", "path", unit: .url) + LogField.keys(.status, "response_code")
      + LogField.keys(.duration, "duration", unit: .milliseconds)
      + LogField.keys(.requestID, "request_id", "x_request_id")
      + LogField.keys(.trace, "trace_id", "traceId", "traceparent")
      + LogField.keys(.message, "response_code_details") + LogField.keys(.bytes, "bytes_sent"))

  /// The keys are whatever the configuration names; most give them the names of nginx's variables.
  private static let nginx = LogForm(
    name: "nginx access log",
    signatures: [
      [LogClue("request_time"), LogClue("status"), LogClue("request_method"), LogClue("request_uri")],
      [LogClue("request_time"), LogClue("status"), LogClue("request")],
      [LogClue("request_time"), LogClue("status"), LogClue("uri")],
      [LogClue("time_local"), LogClue("status"), LogClue("request")],
    ],
    fields: LogField.keys(.time, "time_iso8601", "msec", "time_local", "timestamp", "time", "@timestamp")
      + LogField.keys(.method, "request_method", "method")
      + LogField.keys(.path, "request_uri", "uri", "path", unit: .url)
      + LogField.keys(.request, "request", unit: .requestLine)
      + LogField.keys(.status, "status") + LogField.keys(.duration, "request_time", unit: .seconds)
      + LogField.keys(.cache, "upstream_cache_status")
      + LogField.keys(.requestID, "request_id", "http_x_request_id")
      + LogField.keys(.trace, "trace_id", "opentelemetry_trace_id", "http_traceparent", "traceparent")
      + LogField.keys(.bytes, "body_bytes_sent", "bytes_sent", "bytes"))

  /// By an access log format that writes JSON, or by a formatter: the letters of Gunicorn's format.
  private static let gunicorn = LogForm(
    name: "Gunicorn access log",
    signatures: [
      [LogClue("remote_addr"), LogClue("method"), LogClue("path"), LogClue("status"), LogClue("duration_us")],
      [LogClue("remote_ip"), LogClue("method"), LogClue("request"), LogClue("status"), LogClue("request_time")],
    ],
    fields: usual())

  /// Echo's logger middleware.
  private static let echo = LogForm(
    name: "Echo access log",
    signatures: [[LogClue("remote_ip"), LogClue("latency", .number), LogClue("latency_human"), LogClue("uri")]],
    fields: usual(LogField.keys(.duration, "latency", unit: .nanoseconds)))
}
