// One child of a family with everything that was worked out for it once.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A child, its labels and the key it is found by.
final class Series<Child: AnyObject & Sendable>: Sendable {
  let key: LabelKey
  let labels: LabelSet
  let child: Child
  /// When the child began at zero, in Unix seconds.
  let created: Double
  /// True when it takes room of a limit: neither without labels nor the one past the limit.
  let takesRoom: Bool
  /// Looked up in the table since the last sweep; kept under the family's lock.
  let isSeen = Atomic<Bool>(true)
  /// When a sweep last found it in use, in nanoseconds; kept under the family's lock.
  let lastUse = Atomic<Int64>(0)

  init(key: LabelKey, labels: LabelSet, child: Child, created: Double, takesRoom: Bool) {
    self.key = key
    self.labels = labels
    self.child = child
    self.created = created
    self.takesRoom = takesRoom
  }
}
