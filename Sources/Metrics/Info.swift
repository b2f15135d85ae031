// Constant text about a program as the labels of a series whose value is 1: a version, a commit, a configuration. The text
// may be replaced as a whole, when a configuration was read anew; there is never a scrape with the old and the new.
// SPDX-License-Identifier: Apache-2.0

/// Text about a thing. Thread-safe; replacing takes a lock for an assignment. Get one from ``Registry``.
public final class Info: Sendable {
  private let name: String
  private let current: Locked<LabelSet>

  init(name: String, _ labels: LabelSet) {
    self.name = name
    current = Locked(labels)
  }

  /// The text of this moment.
  public var labels: LabelSet { current.withLock { $0 } }

  /// Puts this text in place of all that was there. A name that is no label's, is reserved, or stands twice is refused
  /// and the old text stays.
  public func replace(_ pairs: [(name: String, value: String)]) throws(MetricsError) {
    try RegistrationRules.check(labels: pairs.map(\.name), of: name)
    set(pairs)
  }

  /// `replace` for names that were checked.
  func set(_ pairs: [(name: String, value: String)]) {
    let labels = LabelSet(pairs)
    let old = current.withLock { current in
      let old = current
      current = labels
      return old
    }
    _ = consume old
  }
}
