// The key of an entry: which sample it is. Its text is JSON, `[metric, sample, {labels}, help]`.
// SPDX-License-Identifier: Apache-2.0

/// Which sample of which metric an entry of a value file holds.
struct ValueKey: Sendable, Hashable {
  /// The metric; a counter's without `_total`.
  var metric: String
  /// The sample, such as the metric's name with `_bucket`.
  var sample: String
  /// The labels in the order of the text, no name twice.
  var labels: [(name: String, value: String)]
  /// The help text.
  var help: String

  static func == (left: ValueKey, right: ValueKey) -> Bool {
    left.metric == right.metric && left.sample == right.sample && left.help == right.help
      && left.labels.elementsEqual(right.labels) { $0 == $1 }
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(metric)
    hasher.combine(sample)
  }
}
