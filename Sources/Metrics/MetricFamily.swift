// What is true of all series of one name. A family is a value that its owner makes once and hands to a sink at each
// collection, so that a name, its type and its help text stand in one place in the code.
// SPDX-License-Identifier: Apache-2.0

/// The name, type, help text and unit that all series of one metric share.
///
/// `name` is the name as text format 0.0.4 shows it: a counter carries its `_total`. OpenMetrics strips the suffix in
/// metadata itself; a counter without it goes out there as `unknown`, as the reference encoder does.
public struct MetricFamily: Sendable, Hashable {
  /// The metric's full name, of the form `[a-zA-Z_:][a-zA-Z0-9_:]*`.
  public let name: String
  /// The kind of metric.
  public let type: MetricType
  /// One sentence for a person; any text, escaped by the writers.
  public let help: String
  /// The base unit, such as `seconds`; the name must end with it (before `_total`). Only OpenMetrics carries it.
  public let unit: String?
  /// True for what several processes have in files together: a writer of such files must not take it for its own.
  let isShared: Bool

  /// Describes a family. Nothing is checked here: `Registry` validates what it is given, and collectors use constants.
  public init(_ name: String, _ type: MetricType, help: String, unit: String? = nil) {
    self.init(name, type, help: help, unit: unit, isShared: false)
  }

  init(_ name: String, _ type: MetricType, help: String, unit: String? = nil, isShared: Bool) {
    self.name = name
    self.type = type
    self.help = help
    self.unit = unit
    self.isShared = isShared
  }
}
