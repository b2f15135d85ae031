// What a reader gets of a series: its present value, its rate, its course. Rates count resets as Prometheus does and go
// by the time between the samples that are there, so a gap lowers nothing and a late tick makes no spike.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// One series, to read from.
struct SeriesView {
  let history: History
  let series: Series

  /// Its labels.
  var labels: LabelSet { series.labels }

  /// The newest value, if it is of the last seconds.
  var latest: Double? {
    guard let newest = history.moment(history.span.upperBound - 1) else { return nil }
    var tick = series.lastTick
    while let moment = history.moment(tick), newest.seconds(since: moment) <= Limits.freshSeconds {
      if let value = value(at: tick) { return value }
      tick -= 1
    }
    return nil
  }

  /// Whether the newest tick has it, though perhaps no sample of it, as when its input was not due: what it measures is
  /// there, under these labels.
  var isCurrent: Bool { series.lastTick == history.span.upperBound - 1 }

  /// The value at a tick; nil where there is none.
  func value(at tick: Int) -> Double? {
    let value = history.value(of: series, tick)
    return value.isNaN ? nil : value
  }

  /// The growth per second over the last `seconds`, or since the sample before the newest when its input is sampled more
  /// seldom; nil with fewer than two samples there.
  func rate(seconds: Double) -> Double? {
    let end = history.span.upperBound - 1
    return rate(endingAt: end, seconds: seconds) ?? (isCurrent ? rateOfLastTwo(before: end) : nil)
  }

  private func rateOfLastTwo(before end: Int) -> Double? {
    guard let last = history.moment(end) else { return nil }
    var samples = 0
    var tick = end
    while let moment = history.moment(tick), last.seconds(since: moment) <= Limits.seldomSeconds {
      if value(at: tick) != nil { samples += 1 }
      if samples == 2 { return rate(endingAt: end, seconds: last.seconds(since: moment)) }
      tick -= 1
    }
    return nil
  }

  /// The growth per second over the `seconds` before a tick.
  func rate(endingAt end: Int, seconds: Double) -> Double? {
    guard let growth = growth(endingAt: end, seconds: seconds), growth.seconds > 0 else { return nil }
    return growth.amount / growth.seconds
  }

  /// The growth over the `seconds` before a tick, and the time between its first and last sample.
  func growth(endingAt end: Int, seconds: Double) -> (amount: Double, seconds: Double)? {
    guard let last = history.moment(end) else { return nil }
    var amount = 0.0
    var newer: (value: Double, moment: Moment)?
    var newest: Moment?
    var tick = end
    while let moment = history.moment(tick), last.seconds(since: moment) <= seconds {
      let value = history.value(of: series, tick)
      if !value.isNaN {
        if let newer { amount += newer.value >= value ? newer.value - value : newer.value }
        if newest == nil { newest = moment }
        newer = (value, moment)
      }
      tick -= 1
    }
    guard let newest, let oldest = newer?.moment else { return nil }
    return (amount, newest.seconds(since: oldest))
  }

  /// Values at `count` points over the last `seconds`, oldest first, each by `read`; nil where there is a gap.
  static func course(
    _ history: History, count: Int, seconds: Int, _ read: (_ tick: Int, _ width: Double) -> Double?
  ) -> [Double?] {
    let width = max(1, seconds / max(1, count))
    let end = history.span.upperBound - 1
    return (0..<count).map { point in
      let tick = end - (count - 1 - point) * width
      return tick < history.span.lowerBound ? nil : read(tick, Double(max(width, 2)))
    }
  }
}

extension Sequence<Double?> {
  /// The sum of what is known; nil when nothing is.
  var knownSum: Double? { reduce(nil) { sum, one in one.map { (sum ?? 0) + $0 } ?? sum } }
}
