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
    case inFlight(end: LogCondition, id: Source, seconds: Double)
  }

  /// Where a value stands in a line.
  enum Source {
    /// In a field, by its number.
    case field(Int)
    /// In what a group of a pattern matched, by its number in ``LogRule/groups``.
    case group(Int)
  }

  /// Groups of a pattern, looked for where it matches.
  struct Capture {
    let field: Int
    let pattern: Pattern
    /// The number in ``LogRule/groups`` of each of the pattern's groups; nil for those that nobody asks for.
    let numbers: [Int?]
  }

  /// A number of a line.
  struct Value {
    let source: Source
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

    enum Text {
      case constant(String)
      /// A line without the value has the last.
      case value(Source, Form, missing: String)
    }

    let name: String
    let text: Text
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
  /// What becomes the exemplar's trace id.
  let exemplar: Source?
  /// How many groups are asked for, those of a line that it takes, and of one that ends something.
  let groups: Int
  let captures: [Capture]
  let endCaptures: [Capture]
  /// Where it stands in its file.
  let offset: Int

  var type: MetricType {
    switch kind {
    case .counter: .counter
    case .gauge, .inFlight: .gauge
    case .histogram: .histogram
    }
  }

  var isInFlight: Bool { if case .inFlight = kind { true } else { false } }
}
