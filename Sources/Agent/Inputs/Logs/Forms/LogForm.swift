// How one logger writes its lines: data, from which a plan is compiled. A new logger is a new row in one of the tables.
// SPDX-License-Identifier: Apache-2.0

/// A way of writing log lines.
struct LogForm: Sendable {
  /// How lines of a form are cut into values.
  enum Syntax: Sendable {
    /// One JSON object a line.
    case json
    /// OTLP in JSON: a line holds any number of records, and their attributes are lists.
    case otlp
    /// `key=value key="quoted value"`.
    case logfmt
    /// A request, in one of the fixed orders that servers write.
    case access
    /// Anything else.
    case text
  }

  /// The name that `vitals check` says.
  let name: String
  var syntax = Syntax.json
  /// Ways to know it: all clues of one of them must pass. The more clues, the surer.
  var signatures: [[LogClue]] = []
  /// Keys by role; of two for one role the first that is there counts.
  var fields: [LogField] = []
  /// Its requests are a server's, which its service may tell again.
  var isServer = false
  /// How its numbers for levels are to be read.
  var levels = LevelScale.words
  /// The level of a line that has none, where the form says so.
  var standardLevel: LogLevel?
  /// Forms that stand in the same file, one more special than the other; they are looked for together.
  var family = ""
}
