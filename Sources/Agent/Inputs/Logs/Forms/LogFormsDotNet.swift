// Loggers of .NET. Serilog's request logging measures `Elapsed` in milliseconds; a level that is not written is
// Information.
// SPDX-License-Identifier: Apache-2.0

extension LogForms {
  static let dotnet: [LogForm] = [compact, serilog, console]

  private static func requests(_ prefix: String = "") -> [LogField] {
    let fields =
      LogField.keys(.method, "RequestMethod", "Method") + LogField.keys(.path, "RequestPath", "Path", unit: .url)
      + LogField.keys(.status, "StatusCode")
      + LogField.keys(.duration, "Elapsed", "ElapsedMilliseconds", unit: .milliseconds)
      + LogField.keys(.requestID, "RequestId", "CorrelationId") + LogField.keys(.trace, "TraceId")
      + LogField.keys(.span, "SpanId") + LogField.keys(.logger, "SourceContext")
      + LogField.keys(.route, "RouteTemplate")
    return fields.map { LogField(role: $0.role, path: prefix + $0.path, unit: $0.unit) }
  }

  /// Serilog's compact form, CLEF.
  private static let compact = LogForm(
    name: "Serilog compact",
    signatures: [[LogClue("@t"), LogClue("@mt")], [LogClue("@t"), LogClue("@m")], [LogClue("@t"), LogClue("@i")]],
    fields: LogField.keys(.time, "@t") + LogField.keys(.level, "@l") + LogField.keys(.message, "@m", "@mt")
      + LogField.keys(.exception, "@x") + LogField.keys(.trace, "@tr") + LogField.keys(.span, "@sp") + requests(),
    standardLevel: .info)

  private static let serilog = LogForm(
    name: "Serilog JSON",
    signatures: [[LogClue("Timestamp"), LogClue("Level"), LogClue("MessageTemplate")]],
    fields: LogField.keys(.time, "Timestamp") + LogField.keys(.level, "Level")
      + LogField.keys(.message, "RenderedMessage", "MessageTemplate") + LogField.keys(.exception, "Exception")
      + LogField.keys(.trace, "TraceId") + LogField.keys(.span, "SpanId") + requests("Properties."))

  /// Microsoft.Extensions.Logging's JSON console.
  private static let console = LogForm(
    name: ".NET JSON console",
    signatures: [[LogClue("LogLevel"), LogClue("Category"), LogClue("EventId")]],
    fields: LogField.keys(.time, "Timestamp") + LogField.keys(.level, "LogLevel") + LogField.keys(.message, "Message")
      + LogField.keys(.logger, "Category") + LogField.keys(.exception, "Exception") + requests("State."))
}
