// Bounds of the rules that a configuration gives for logs.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Rules of one configuration.
  static let logRules = 200
  /// Fields that all rules of a configuration may read.
  static let logFields = 200
  /// Services whose series rules have room for.
  static let ruleServices = 16
  /// Labels of one rule.
  static let ruleLabels = 16
  /// Sets of label values that a rule has series for unless it says otherwise; further ones count as `other`.
  static let ruleSeries = 500
  /// The most that a rule may ask for.
  static let ruleSeriesAtMost = 10_000
  /// The longest label value, in bytes; a longer one is cut before a character.
  static let ruleLabelBytes = 256
  /// Things under way that an in-flight rule remembers by id; the oldest is forgotten for a further one.
  static let inFlight = 10_000
  /// How many that have ended are remembered, beside as many as are under way, before they are looked for and forgotten.
  static let inFlightSlack = 1_024
  /// Seconds after which one that never ended is forgotten, unless the rule says otherwise.
  static let inFlightSeconds = 600.0
  /// Bytes of an id that tell it from another.
  static let inFlightIDBytes = 128
}
