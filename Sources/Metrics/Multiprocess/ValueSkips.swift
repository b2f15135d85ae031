// The counts of what was left out; empty, and without memory, as long as all is well.
// SPDX-License-Identifier: Apache-2.0

/// How many were left out, by reason.
struct ValueSkips: Sendable, Hashable {
  private(set) var counts: [ValueSkip: UInt64] = [:]

  mutating func add(_ reason: ValueSkip, _ count: UInt64 = 1) { counts[reason, default: 0] &+= count }

  mutating func add(_ other: ValueSkips) {
    for (reason, count) in other.counts { add(reason, count) }
  }
}
