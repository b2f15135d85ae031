// The last minutes of every series, one sample a tick, in memory. Readers ask by name and labels and get values by
// tick; they never see how samples are kept, which is as differences in bytes. All series share one ring of moments.
//
// Sources write the same series in the same order, tick after tick. So each series remembers which one came behind it,
// and a sample that follows as it did before is known by comparing; only one that does not is looked up by hashing.
//
// What comes to an end leaves its series behind for a while. Where processes are born and die all the time those would
// fill the history and leave no room for what lives: past a number of them, those that ended first are forgotten.
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
  /// The number of the first tick that was: those before it are seconds before the agent ran.
  private var origin = 0
  /// From which tick on a count is zero that appears later.
  private var zeroSince: Int?
  private var name = ""
  /// The counts of the source that is being taken began at zero when the agent started.
  private var countsFromZero = false
  /// The samples that follow are such counts.
  private var isFromZero = false
  /// The source that is being taken has not been sampled since the last tick.
  private var isStale = false
  /// The samples that follow are left out.
  private var isLeftOut = false
  /// The samples that follow are of something that grows.
  private var grows = false
  /// Where the samples that follow are noted.
  private var turn: SeriesTurn?
  /// A count from zero found no room in this tick, in the one before: whether the next new one is new is not known.
  private var refused = (now: false, before: false)
  /// The series that the last sample went to, and the one that got a tick's first sample.
  private var last: Series?
  private var first = -1
  private var suffixed: [String: Suffixed] = [:]
  private var ladders: [Key: Ladder] = [:]
  private var droppedSamples: UInt64 = 0
  private var forgottenSeries: UInt64 = 0
  /// Series that have a sample in this tick.
  private var written = 0
  /// No more room can be made in this tick.
  private var isFull = false
  private let reading = Series.Reading()

  /// The names of a histogram's or summary's series.
  private struct Suffixed {
    let bucket: String
    let sum: String
    let count: String
  }

  /// The label sets of a histogram's buckets.
  private struct Ladder {
    let bounds: [Double]
    let labels: [LabelSet]
  }

  init() {}

  /// True before the first tick.
  var isEmpty: Bool { tick < origin }

  /// The number of the next tick.
  var upcoming: Int { tick + 1 }

  /// Makes room for what happened before `now`, when nothing was taken yet: the seconds before are ticks that have no
  /// sample but those which ``take(_:at:fromZeroSince:)`` puts there.
  func startPast(before now: Moment) {
    if tick >= 0 { return }
    for back in (1..<UInt64(Limits.historyTicks)).reversed() {
      moments.append(Moment(boot: now.boot &- back &* 1_000_000_000, real: now.real &- back &* 1_000_000_000))
    }
    tick = moments.count - 1
    origin = tick + 1
  }

  /// The tick whose sample has what happened at a time, in nanoseconds since 1970: the first one that is not before it.
  /// The oldest that is kept for what is older, the next one for what no tick has yet.
  func tick(at real: UInt64) -> Int {
    var (low, high) = (span.lowerBound, span.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if moments[middle % Limits.historyTicks].real < real { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Takes what a source had at a tick that is over, when it was not taken there or later before. Its counts that appear
  /// later were zero from the tick `first` on.
  func take(_ source: any Collector, at past: Int, fromZeroSince first: Int) {
    if !span.contains(past) { return }
    let present = (tick, last, refused)
    (tick, last, zeroSince) = (past, nil, first)
    take(source, countsFromZero: true)
    (tick, last, refused) = present
    zeroSince = nil
  }

  /// The moments that are kept, oldest first.
  var span: Range<Int> { max(0, tick + 1 - Limits.historyTicks)..<(tick + 1) }

  /// When a tick was.
  func moment(_ tick: Int) -> Moment? {
    span.contains(tick) ? moments[tick % Limits.historyTicks] : nil
  }

  /// Opens a tick: the samples that follow are of this moment.
  func begin(at now: Moment) {
    tick += 1
    last = nil
    (written, isFull) = (0, false)
    refused = (now: false, before: refused.now)
    if moments.count < Limits.historyTicks {
      moments.append(now)
    } else {
      moments[tick % Limits.historyTicks] = now
    }
  }

  /// Closes the tick and forgets series that came to an end: now and then those that have no sample left, and those
  /// that ended first when there are too many of them.
  func end() {
    if tick % Limits.historySweepTicks == 0 { forgetVanished() }
    if places.count - written > Limits.historyGoneSeries { makeRoom(endedBefore: tick) }
  }

  /// Takes what a source has now. When it `countsFromZero`, its counters and histograms were zero at all ticks before
  /// the one at which they appear, so that what they begin with is growth. Of one that `isStale`, which was to be sampled
  /// and was not, what grows has a gap: repeated, it would stand still and then make up for it in one second. What is
  /// noted in a `turn` can be repeated.
  func take(_ source: any Collector, countsFromZero: Bool, isStale: Bool = false, turn: SeriesTurn? = nil) {
    take(countsFromZero: countsFromZero, isStale: isStale, turn: turn) { source.collect(into: $0) }
  }

  /// The same, of what `write` writes.
  func take(
    countsFromZero: Bool = false, isStale: Bool, turn: SeriesTurn? = nil, _ write: (any SampleSink) -> Void
  ) {
    self.countsFromZero = countsFromZero
    self.isStale = isStale
    self.turn = turn
    turn?.begin(tick)
    write(self)
    self.countsFromZero = false
    self.isStale = false
    self.turn = nil
    isFromZero = false
    isLeftOut = false
  }

  /// Takes a turn of the last tick once more, as that of a source that is stale and has nothing new; false when that
  /// cannot be, and the source is to be asked.
  func takeAgain(_ turn: SeriesTurn) -> Bool {
    if !turn.isWhole || turn.tick != tick - 1 { return false }
    turn.tick = tick
    for place in turn.places {
      let one = place.series
      if one.lastTick != tick { written += 1 }
      if place.grows { one.set(.nan, tick: tick) } else { one.repeatLast(tick: tick) }
    }
    last = turn.places.last?.series ?? last
    return true
  }

  func family(_ family: MetricFamily) {
    name = family.name
    grows = family.type == .counter || family.type == .histogram
    isFromZero = countsFromZero && grows
    isLeftOut = isStale && grows
  }

  func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) {
    store(name, labels, isLeftOut ? .nan : value.asDouble)
  }

  func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) {
    turn?.isWhole = false
    if isLeftOut { return }
    let names = suffixedNames
    var total: UInt64 = 0
    for (count, labels) in zip(snapshot.counts, ladder(labels, snapshot.upperBounds)) {
      total &+= count
      store(names.bucket, labels, Double(total))
    }
    store(names.sum, labels, snapshot.sum)
    store(names.count, labels, Double(total))
  }

  func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) {
    for one in snapshot.quantiles {
      store(name, labels.adding([("quantile", "\(one.quantile)")]), one.value)
    }
    let names = suffixedNames
    store(names.sum, labels, snapshot.sum)
    store(names.count, labels, Double(snapshot.count))
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
  var selfMetrics: any Collector {
    HistoryMetrics(series: places.count, dropped: droppedSamples, forgotten: forgottenSeries)
  }

  /// The value of a series at a tick; NaN where there is none.
  func value(of series: Series, _ tick: Int) -> Double {
    span.contains(tick) ? series.value(tick, reading) : .nan
  }

  private var suffixedNames: Suffixed {
    if let known = suffixed[name] { return known }
    if suffixed.count > Limits.historySeries { suffixed.removeAll() }
    let made = Suffixed(bucket: name + "_bucket", sum: name + "_sum", count: name + "_count")
    suffixed[name] = made
    return made
  }

  private func ladder(_ labels: LabelSet, _ bounds: [Double]) -> [LabelSet] {
    let key = Key(name: name, labels: labels)
    if let known = ladders[key], known.bounds == bounds { return known.labels }
    if ladders.count > Limits.historySeries { ladders.removeAll() }
    let made = (bounds + [.infinity]).map { bound in
      labels.adding([("le", bound.isFinite ? String(bound) : "+Inf")])
    }
    ladders[key] = Ladder(bounds: bounds, labels: made)
    return made
  }

  private func store(_ name: String, _ labels: LabelSet, _ value: Double) {
    let guess = last?.next ?? first
    if guess >= 0, let one = series[guess], one.name == name, one.labels == labels {
      set(one, value)
      last = one
      return
    }
    guard let place = place(of: Key(name: name, labels: labels)), let one = series[place] else {
      turn?.isWhole = false
      return
    }
    set(one, value)
    if let last { last.next = place } else { first = place }
    last = one
  }

  private func set(_ one: Series, _ value: Double) {
    if one.lastTick != tick { written += 1 }
    one.set(value, tick: tick)
    turn?.add(one, grows: grows)
  }

  /// The place of a series, made when there is none yet; nil when there is no room for it.
  @inline(never) private func place(of key: Key) -> Int? {
    if let place = places[key] { return place }
    // Those of the tick before may still get their sample of this one.
    if places.count >= Limits.historySeries, !isFull { isFull = makeRoom(endedBefore: tick - 1) == 0 }
    if places.count >= Limits.historySeries {
      droppedSamples &+= 1
      if isFromZero { refused.now = true }
      return nil
    }
    let place = free.popLast() ?? series.count
    if place == series.count { series.append(nil) }
    series[place] = Series(
      name: key.name, labels: key.labels, zeroSince: isFromZero && !refused.before ? zeroSince ?? origin : nil)
    places[key] = place
    names[key.name, default: []].append(place)
    return place
  }

  private func forgetVanished() {
    var vanished: [Int] = []
    for (place, one) in series.enumerated() {
      guard let one else { continue }
      one.forget(before: span.lowerBound)
      if one.lastTick < span.lowerBound { vanished.append(place) }
    }
    forget(vanished)
  }

  /// Forgets the elder half of the series that have come to an end, so that the search is rare; returns how many.
  @inline(never) @discardableResult private func makeRoom(endedBefore limit: Int) -> Int {
    let ended = series.indices.filter { place in series[place].map { $0.lastTick < limit } ?? false }
    let elder = ended.sorted { (series[$0]?.lastTick ?? 0, $0) < (series[$1]?.lastTick ?? 0, $1) }
      .prefix((ended.count + 1) / 2)
    forget(elder)
    forgottenSeries &+= UInt64(elder.count)
    return elder.count
  }

  private func forget(_ some: some Sequence<Int>) {
    var touched: Set<String> = []
    for place in some {
      guard let one = series[place] else { continue }
      series[place] = nil
      free.append(place)
      places[Key(name: one.name, labels: one.labels)] = nil
      touched.insert(one.name)
    }
    for name in touched {
      names[name]?.removeAll { series[$0] == nil }
      if names[name]?.isEmpty == true { names[name] = nil }
    }
  }
}
