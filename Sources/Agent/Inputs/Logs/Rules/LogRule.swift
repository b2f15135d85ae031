// A rule as a configuration describes it: which lines, which metric, which labels, which value.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// One rule.
struct LogRule {
  /// What it makes of its lines.
  enum Kind {
    /// Adds the value, or one.
    case counter(value: Value?)
    /// Takes the last value.
    case gauge(value: Value)
    case histogram(value: Value, Buckets, NativeBuckets?)
    /// Counts what has begun and not ended, by id.
    case inFlight(end: LogCondition, id: Int, seconds: Double)
  }

  /// A number of a line.
  struct Value {
    let field: Int
    /// What one of it is in the metric's unit.
    let scale: Double
  }

  /// Where a label's value comes from.
  struct Label {
    /// How a field becomes a value.
    enum Form: String, CaseIterable {
      /// As it stands.
      case plain
      /// In lower case.
      case lower
      /// `2xx` for 204.
      case statusClass = "status_class"
      /// A path's route, with `{id}` for what varies.
      case route
    }

    enum Source {
      case constant(String)
      /// A line without the field has the last.
      case field(Int, Form, missing: String)
    }

    let name: String
    let source: Source
  }

  let metric: String
  let help: String
  /// The service whose logs it reads; all when nil.
  let service: String?
  let kind: Kind
  /// All lines when nil.
  let condition: LogCondition?
  let labels: [Label]
  /// Label values of series that are there from the start, in the order of `labels`.
  let zero: [[String]]
  /// Sets of label values with series of their own.
  let limit: Int
  /// The field whose value becomes the exemplar's trace id.
  let exemplar: Int?
  /// Where it stands in its file.
  let offset: Int
}
