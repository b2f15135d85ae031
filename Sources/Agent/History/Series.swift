// The samples of one series: blocks of differences, oldest first, each without a gap. A gap begins a new block, and so
// does a value that needs a finer scale. Reading goes by whole blocks: what was read is kept until another is.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// One series.
final class Series {
  /// The samples of the block that was read last; readers go from tick to tick.
  final class Reading {
    fileprivate var series: Series?
    fileprivate var start = 0
    fileprivate var values: [Double] = []
  }

  let name: String
  let labels: LabelSet
  /// The tick of the newest sample.
  private(set) var lastTick = -1
  /// The place of the series whose sample came behind this one's at its last tick.
  var next = -1
  private var firstTick = -1
  private var blocks: [SampleBlock] = []
  /// From this tick to its first sample it was zero; nil when nothing is known of the time before that.
  private let zeroSince: Int?

  /// `zeroSince` is the tick from which on it is known to have been zero until its first sample, if there is one.
  init(name: String, labels: LabelSet, zeroSince: Int?) {
    self.name = name
    self.labels = labels
    self.zeroSince = zeroSince
  }

  /// Stores a sample; ticks between the last one and this one are gaps, as is one whose value is NaN.
  func set(_ value: Double, tick: Int) {
    if lastTick >= tick { return }
    if firstTick < 0 { firstTick = tick }
    lastTick = tick
    if value.isNaN { return }
    let place = blocks.count - 1
    if place >= 0, blocks[place].end == tick, blocks[place].append(value) { return }
    open(value, tick)
  }

  /// Stores the newest sample once more, or a gap after a gap.
  func repeatLast(tick: Int) {
    if lastTick >= tick { return }
    lastTick = tick
    let place = blocks.count - 1
    guard place >= 0, blocks[place].end == tick, !blocks[place].appendLast() else { return }
    open(blocks[place].lastValue, tick)
  }

  @inline(never) private func open(_ value: Double, _ tick: Int) {
    if !blocks.isEmpty { blocks[blocks.count - 1].close() }
    let scale = SampleScale.fitting(value, from: blocks.last?.scale ?? .pages)
    guard let whole = scale.whole(value) else { return }
    blocks.append(SampleBlock(start: tick, scale: scale, whole: whole))
  }

  /// The sample of a tick; NaN where there is none.
  func value(_ tick: Int, _ reading: Reading) -> Double {
    if tick < 0 || tick > lastTick || tick <= lastTick - Limits.historyTicks { return .nan }
    if tick < firstTick { return tick >= zeroSince ?? .max ? 0 : .nan }
    if reading.series !== self || tick < reading.start || tick >= reading.start + reading.values.count {
      if !read(tick, reading) { return .nan }
    }
    return reading.values[tick - reading.start]
  }

  /// Drops what lies wholly before a tick.
  func forget(before tick: Int) {
    var count = 0
    while count < blocks.count, blocks[count].end <= tick { count += 1 }
    if count > 0 { blocks.removeFirst(count) }
  }

  /// Bytes of all samples, roughly.
  var size: Int { blocks.reduce(0) { $0 + MemoryLayout<SampleBlock>.stride + $1.size } }

  /// Reads the block that has the tick's sample; false when none has.
  private func read(_ tick: Int, _ reading: Reading) -> Bool {
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].end <= tick { low = middle + 1 } else { high = middle }
    }
    guard low < blocks.count, blocks[low].start <= tick else { return false }
    reading.series = self
    reading.start = blocks[low].start
    blocks[low].read(into: &reading.values)
    return true
  }
}
