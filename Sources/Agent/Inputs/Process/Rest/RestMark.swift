// How much a process had run by a moment: its start, and the numbers of its schedstat, which go by nanoseconds and by each
// time that it got a CPU, where the CPU time of stat goes by hundredths of a second. They are those of the main thread
// alone, so they speak only for a process that has no other.
// SPDX-License-Identifier: Apache-2.0

/// Two marks of a process that are the same say that it has not run between them.
struct RestMark: Equatable, Sendable {
  /// In ticks of USER_HZ since boot: tells a process from a later one with its id.
  let startTicks: UInt64
  let run: ThreadClock.Reading
}
