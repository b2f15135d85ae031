// One child of a family with everything that was worked out for it once.
// SPDX-License-Identifier: Apache-2.0

/// A child, its labels and the key it is found by.
final class Series<Child: AnyObject & Sendable>: Sendable {
  let key: LabelKey
  let labels: LabelSet
  let child: Child
  /// When the child began at zero, in Unix seconds.
  let created: Double

  init(key: LabelKey, labels: LabelSet, child: Child, created: Double) {
    self.key = key
    self.labels = labels
    self.child = child
    self.created = created
  }
}
