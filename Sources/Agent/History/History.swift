// The last minutes of every series, one sample a tick, in memory. Readers ask by name and labels and get values by
// tick; they never see how samples are kept, so that compression and a query language can come behind this interface.
// All series share one ring of moments, so a sample costs eight bytes and a gap is a NaN of its own.
//
// A counter that appears says nothing of its growth, unless it is known to have been zero until then. Counters that the
// agent itself keeps were; those of the kernel and of processes have a past that nobody saw.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Minutes of samples in memory: a sink for the tick, and the dashboards' only source.
final class History: SampleSink {
  private struct Key: Hashable {
    let name: String
    let labels: LabelSet
  }

  private var places: [Key: Int] = [:]
  private var names: [String: [Int]] = [:]
  private var series: [Series?] = []
  private var free: [Int] = []
  private var moments: [Moment] = []
  /// The number of the tick that is being written, counted from the start.
  private var tick = -1
  private var name = ""
  /// The counts of the source that is being taken began at zero when the agent started.
  private var countsFromZero = false
  /// The samples that follow are such counts.
  private var isFromZero = false
  /// A count from zero found no room in this tick, in the one before: whether the next new one is new is not known.
  private var refused = (now: false, before: false)
  private var bucketLabels: [BucketKey: LabelSet] = [:]
  private var droppedSamples: UInt64 = 0

  private struct BucketKey: Hashable {
    let labels: LabelSet
    let bound: Double
  }

  init() {}

  /// True before the first tick.
  var isEmpty: Bool { tick < 0 }

  /// The moments that are kept, oldest first.
  var span: Range<Int> { max(0, tick + 1 - Limits.historyTicks)..<(tick + 1) }

  /// When a tick was.
  func moment(_ tick: Int) -> Moment? {
    span.contains(tick) ? moments[tick % Limits.historyTicks] : nil
  }

  /// Opens a tick: the samples that follow are of this moment.
  func begin(at now: Moment) {
    tick += 1
    refused = (now: false, before: refused.now)
    if moments.count < Limits.historyTicks {
      moments.append(now)
    } else {
      moments[tick % Limits.historyTicks] = now
    }
  }

  /// Closes the tick and, now and then, forgets the series that have no sample left.
  func end() {
    if tick % Limits.historySweepTicks == 0 { forgetVanished() }
  }

  /// Takes what a source has now. When it `countsFromZero`, its counters and histograms were zero at all ticks before
  /// the one at which they appear, so that what they begin with is growth.
  func take(_ source: any Collector, countsFromZero: Bool) {
    self.countsFromZero = countsFromZero
    source.collect(into: self)
    self.countsFromZero = false
    isFromZero = false
  }

  func family(_ family: MetricFamily) {
    name = family.name
    isFromZero = countsFromZero && (family.type == .counter || family.type == .histogram)
  }

  func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) {
    store(name, labels, value.asDouble)
  }

  func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) {
    var total: UInt64 = 0
    for (index, count) in snapshot.counts.enumerated() {
      total &+= count
      let bound = index < snapshot.upperBounds.count ? snapshot.upperBounds[index] : .infinity
      store(name + "_bucket", bucket(labels, bound), Double(total))
    }
    store(name + "_sum", labels, snapshot.sum)
    store(name + "_count", labels, Double(total))
  }

  func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) {
    for one in snapshot.quantiles {
      store(name, labels.adding([("quantile", "\(one.quantile)")]), one.value)
    }
    store(name + "_sum", labels, snapshot.sum)
    store(name + "_count", labels, Double(snapshot.count))
  }

  /// The series of a name whose labels have these values, in the order of their first sample.
  func series(_ name: String, _ matching: [(name: String, value: String)] = []) -> [SeriesView] {
    (names[name] ?? []).compactMap { place in
      guard let series = series[place], matching.allSatisfy({ (series.labels[$0.name] ?? "") == $0.value }) else {
        return nil
      }
      return SeriesView(history: self, series: series)
    }
  }

  /// What the history says of itself.
  var selfMetrics: any Collector { HistoryMetrics(series: places.count, dropped: droppedSamples) }

  private func bucket(_ labels: LabelSet, _ bound: Double) -> LabelSet {
    let key = BucketKey(labels: labels, bound: bound)
    if let known = bucketLabels[key] { return known }
    let made = labels.adding([("le", bound.isFinite ? String(bound) : "+Inf")])
    bucketLabels[key] = made
    return made
  }

  private func store(_ name: String, _ labels: LabelSet, _ value: Double) {
    let key = Key(name: name, labels: labels)
    if let place = places[key] {
      series[place]?.set(value, tick: tick)
      return
    }
    if places.count >= Limits.historySeries {
      droppedSamples &+= 1
      if isFromZero { refused.now = true }
      return
    }
    let place = free.popLast() ?? series.count
    if place == series.count { series.append(nil) }
    let made = Series(name: name, labels: labels, before: isFromZero && !refused.before ? 0 : .nan)
    made.set(value, tick: tick)
    series[place] = made
    places[key] = place
    names[name, default: []].append(place)
  }

  private func forgetVanished() {
    for (place, one) in series.enumerated() {
      guard let one, one.lastTick < span.lowerBound else { continue }
      series[place] = nil
      free.append(place)
      places[Key(name: one.name, labels: one.labels)] = nil
      names[one.name]?.removeAll { $0 == place }
    }
    if bucketLabels.count > Limits.historySeries { bucketLabels.removeAll() }
  }
}
