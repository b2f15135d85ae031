// The series of a family under the names of one escaping scheme.
// SPDX-License-Identifier: Apache-2.0

/// Series with their heads as one scheme writes them.
struct EscapedSeries<Child: AnyObject & Sendable>: Sendable {
  /// Of which they were made; they are stale once the family has others.
  let source: SortedSeries<Child>
  /// The same series in the same order.
  let series: SortedSeries<Child>
}
