// How a summary forgets: the readings at the beginnings of the window's parts. The window is what came after the oldest
// of them, and moves on by a part at a time, at fixed moments of the clock, whether somebody reads or not.
// SPDX-License-Identifier: Apache-2.0

/// The readings that a sliding window is told from.
struct SummaryWindow: Sendable {
  /// Nanoseconds of a part.
  private let width: UInt64
  /// The number of the part that is under way.
  private var part: UInt64
  /// The readings at the beginning of the last parts, oldest first.
  private var starts: [SummaryCounts]

  /// A window that is empty now.
  init(_ window: Duration, now: UInt64) {
    let (seconds, attoseconds) = window.components
    let length = UInt64(clamping: seconds) &* 1_000_000_000 &+ UInt64(clamping: attoseconds / 1_000_000_000)
    width = max(1, length / UInt64(MetricsLimits.summaryParts))
    part = now / width
    starts = [SummaryCounts()]
  }

  /// When the part under way ends; never when that is past every moment.
  var end: UInt64 {
    let (end, overflow) = width.multipliedReportingOverflow(by: part &+ 1)
    return overflow ? .max : end
  }

  /// Moves on to the present part; true when that is another one. `counts` is what was counted so far.
  mutating func advance(to now: UInt64, _ counts: () -> SummaryCounts) {
    let present = now / width
    if present <= part { return }
    let reading = counts().compact
    for _ in 0..<min(present &- part, UInt64(MetricsLimits.summaryParts)) { starts.append(reading) }
    starts.removeFirst(max(0, starts.count - MetricsLimits.summaryParts))
    part = present
  }

  /// What was counted before the window.
  var before: SummaryCounts { starts.first ?? SummaryCounts() }
}
