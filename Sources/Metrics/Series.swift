// One child of a family with everything that was worked out for it once.
// SPDX-License-Identifier: Apache-2.0

/// A child, its labels and the key it is found by.
final class Series<Child: AnyObject & Sendable>: Sendable {
  let key: LabelKey
  let labels: LabelSet
  let child: Child

  init(key: LabelKey, labels: LabelSet, child: Child) {
    self.key = key
    self.labels = labels
    self.child = child
  }
}
