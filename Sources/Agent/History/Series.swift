// The samples of one series in a ring that grows with time, so that an agent that has run for a minute holds a minute.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// One series.
final class Series {
  let name: String
  let labels: LabelSet
  /// The tick of the newest sample.
  private(set) var lastTick: Int
  /// The tick that `values[0]` was first written for, modulo the ring.
  private var values: [Double] = []
  private var firstTick: Int
  /// What it was at the ticks before its first sample.
  private let before: Double

  /// `before` is NaN when nothing is known of the time before the first sample, zero for a count that began then.
  init(name: String, labels: LabelSet, before: Double) {
    self.name = name
    self.labels = labels
    self.before = before
    lastTick = -1
    firstTick = -1
  }

  /// Stores a sample; ticks between the last one and this one are gaps.
  func set(_ value: Double, tick: Int) {
    if firstTick < 0 { firstTick = tick }
    if lastTick == tick { return }
    let missing = lastTick < 0 ? 0 : min(tick - lastTick - 1, Limits.historyTicks)
    for gap in 0..<missing { put(.nan, tick: tick - missing + gap) }
    put(value, tick: tick)
    lastTick = tick
  }

  /// The sample of a tick; NaN where there is none.
  func value(_ tick: Int) -> Double {
    if tick < 0 || tick > lastTick || tick <= lastTick - Limits.historyTicks { return .nan }
    if tick < firstTick { return before }
    let place = (tick - firstTick) % Limits.historyTicks
    return place < values.count ? values[place] : .nan
  }

  private func put(_ value: Double, tick: Int) {
    let place = (tick - firstTick) % Limits.historyTicks
    if place < values.count { values[place] = value } else { values.append(value) }
  }
}
