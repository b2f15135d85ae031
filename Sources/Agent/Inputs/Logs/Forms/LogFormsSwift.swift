// Handlers of swift-log that write JSON: the logger's label, and metadata as an object or among the other keys.
// SPDX-License-Identifier: Apache-2.0

extension LogForms {
  static let swift: [LogForm] = [
    LogForm(
      name: "swift-log",
      signatures: [
        [LogClue("level", .text), LogClue("message"), LogClue("label")],
        [LogClue("level", .text), LogClue("message"), LogClue("source"), LogClue("line", .number)],
      ],
      fields: usual(LogField.keys(.logger, "label"), inside("metadata"), hummingbird))
  ]

  /// The names of Hummingbird's request logger.
  private static let hummingbird =
    LogField.keys(.method, "metadata.hb.request.method", "hb.request.method")
    + LogField.keys(.path, "metadata.hb.request.path", "hb.request.path")
    + LogField.keys(.requestID, "metadata.hb.request.id", "hb.request.id")
}
