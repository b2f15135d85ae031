// What is true of all series of one name. A family is a value that its owner makes once and hands to a sink at each
// collection, so that a name, its type and its help text stand in one place in the code. It is one reference, because it
// is handed over and compared for each family of each scrape: three strings would be counted, and compared, one by one.
// SPDX-License-Identifier: Apache-2.0

/// The name, type, help text and unit that all series of one metric share.
///
/// `name` is the name as text format 0.0.4 shows it: a counter carries its `_total`. OpenMetrics strips the suffix in
/// metadata itself; a counter without it goes out there as `unknown`, as the reference encoder does.
public struct MetricFamily: Sendable, Hashable {
  private final class Storage: Sendable, Hashable {
    let name: String
    let type: MetricType
    let help: String
    let unit: String?
    let isShared: Bool

    init(_ name: String, _ type: MetricType, _ help: String, _ unit: String?, _ isShared: Bool) {
      (self.name, self.type, self.help, self.unit, self.isShared) = (name, type, help, unit, isShared)
    }

    static func == (left: Storage, right: Storage) -> Bool {
      left === right
        || left.name == right.name && left.type == right.type && left.help == right.help && left.unit == right.unit
          && left.isShared == right.isShared
    }

    func hash(into hasher: inout Hasher) { hasher.combine(name) }
  }

  private let storage: Storage

  /// The metric's full name, of the form `[a-zA-Z_:][a-zA-Z0-9_:]*`.
  public var name: String { storage.name }
  /// The kind of metric.
  public var type: MetricType { storage.type }
  /// One sentence for a person; any text, escaped by the writers.
  public var help: String { storage.help }
  /// The base unit, such as `seconds`; the name must end with it (before `_total`). Only OpenMetrics carries it.
  public var unit: String? { storage.unit }
  /// True for what several processes have in files together: a writer of such files must not take it for its own.
  var isShared: Bool { storage.isShared }
  /// The same as long as the family is kept, and no other family's.
  var identity: ObjectIdentifier { ObjectIdentifier(storage) }

  /// Describes a family. Nothing is checked here: `Registry` validates what it is given, and collectors use constants.
  public init(_ name: String, _ type: MetricType, help: String, unit: String? = nil) {
    self.init(name, type, help: help, unit: unit, isShared: false)
  }

  init(_ name: String, _ type: MetricType, help: String, unit: String? = nil, isShared: Bool) {
    storage = Storage(name, type, help, unit, isShared)
  }
}
