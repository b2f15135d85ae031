// Why an instrument was refused. Registration is the only place that throws: recording a value never does.
// SPDX-License-Identifier: Apache-2.0

/// Why a registration or a lookup of a child was refused.
public enum MetricsError: Error, Hashable, CustomStringConvertible {
  /// The metric's name is empty, or not of the form `[a-zA-Z_:][a-zA-Z0-9_:]*` in a registry that takes no others.
  case invalidName(String)
  /// A label's name is empty, not of the form `[a-zA-Z_][a-zA-Z0-9_]*` in a registry that takes no others, or stands
  /// twice.
  case invalidLabel(metric: String, label: String)
  /// A label's name belongs to the format (`le`) or to Prometheus (the prefix `__`).
  case reservedLabel(metric: String, label: String)
  /// A label's name is one of the registry's constant labels.
  case constantLabel(metric: String, label: String)
  /// Two labels would become one in an escaped exposition, as `a.b` and `a_b` do.
  case labelClash(metric: String, label: String, with: String, name: String)
  /// A child was asked for with more or fewer values than the family has labels.
  case wrongValueCount(metric: String, expected: Int, given: Int)
  /// The name does not end with the unit (before `_total`); Prometheus refuses a whole scrape for that.
  case unitNotSuffix(metric: String, unit: String)
  /// The bounds are none or more than 1,000, NaN, infinite, or not ascending.
  case invalidBuckets(metric: String)
  /// The schema is not -4 to 8, a threshold is negative or not finite, or the limit of buckets is not 1 to 4,096.
  case invalidNativeBuckets(metric: String)
  /// The quantiles of a summary are more than 32, not from 0 to 1, or not ascending.
  case invalidQuantiles(metric: String)
  /// The window of a summary is shorter than a second or longer than a day.
  case invalidWindow(metric: String)
  /// The name of an info does not end with `_info`, as OpenMetrics has it.
  case infoSuffixMissing(metric: String)
  /// The states of a state set are none or more than 64, or one is empty or stands twice.
  case invalidStates(metric: String)
  /// The name is registered with another kind, help text, unit, labels or bounds.
  case conflict(metric: String, differsIn: String)
  /// A name in an exposition would belong to two metrics, as histogram `a` and counter `a_count` both write `a_count`,
  /// and `a.b` and `a_b` both `a_b` where names are escaped.
  case nameClash(metric: String, with: String, name: String)

  /// The enums of a metric's labels have more combinations than a family may have series, or none at all.
  case tooManySeries(metric: String, limit: Int)

  /// One sentence.
  public var description: String {
    switch self {
    case .invalidName(let name): "'\(name)' is not a metric name\(Self.hint(NameRules.isMetricName(name), name))"
    case .invalidLabel(let metric, let label):
      "metric '\(metric)': label '\(label)' is no label name or stands twice"
        + Self.hint(NameRules.isLabelName(label), label)
    case .reservedLabel(let metric, let label): "metric '\(metric)': label '\(label)' is reserved"
    case .constantLabel(let metric, let label):
      "metric '\(metric)': label '\(label)' is a constant label of the registry"
    case .labelClash(let metric, let label, let other, let name):
      "metric '\(metric)': labels '\(label)' and '\(other)' would both be written '\(name)'"
    case .wrongValueCount(let metric, let expected, let given):
      "metric '\(metric)' has \(expected) labels, but \(given) values were given"
    case .unitNotSuffix(let metric, let unit): "metric '\(metric)' does not end with its unit '\(unit)'"
    case .invalidBuckets(let metric): "metric '\(metric)': bucket bounds must be 1 to 1,000 ascending finite numbers"
    case .invalidNativeBuckets(let metric):
      "metric '\(metric)': native buckets have a schema of -4 to 8, finite thresholds from 0, and a limit of 1 to 4,096"
    case .invalidQuantiles(let metric): "metric '\(metric)': quantiles must be up to 32 ascending numbers from 0 to 1"
    case .invalidWindow(let metric): "metric '\(metric)': the window must be from a second to a day"
    case .infoSuffixMissing(let metric): "metric '\(metric)' is an info, so its name must end with '_info'"
    case .invalidStates(let metric): "metric '\(metric)': states must be 1 to 64 different names"
    case .conflict(let metric, let property): "metric '\(metric)' is registered with another \(property)"
    case .tooManySeries(let metric, let limit):
      "metric '\(metric)': its labels have no combination, or more than \(limit)"
    case .nameClash(let metric, let other, let name): "metrics '\(metric)' and '\(other)' would both write '\(name)'"
    }
  }

  /// How to have a name that only the default refuses.
  private static func hint(_ isLegacy: Bool, _ name: String) -> String {
    isLegacy || name.isEmpty ? "" : "; Registry(names: .utf8) takes any text"
  }
}
