// The children of one metric, by label values. A look-up tries what the thread looked up lately and then the table, under
// one lock. The sorted order is worked out after the lock is let go and kept until a child comes or goes, so that a scrape
// of a steady family only copies a reference. An instrument without labels is a family with the one child that has none.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// All series of one labelled metric. Thread-safe. Looking a child up costs some tens of nanoseconds and allocates
/// nothing once it is there; keep the child where the label values are constants.
///
/// A family without children writes nothing. Past ``MetricsLimits/seriesPerFamily`` further label values share one
/// child whose labels all read `other`.
public final class Family<Child: AnyObject & Sendable>: RegisteredFamily {
  private struct Table: Sendable {
    var series = SeriesTable<Child>()
    /// What came since `sorted` was made; nil when something went.
    var added: [Series<Child>]? = []
    var sorted: SortedSeries<Child>?
    var overflow: Child?
    /// Changes with every series that comes or goes.
    var generation: UInt64 = 0

    mutating func insert(_ one: Series<Child>) {
      series.insert(one)
      added?.append(one)
      generation &+= 1
    }
  }

  let description: MetricFamily
  let occupiedNames: [String]
  let labelNames: [String]
  /// A histogram's bounds.
  let buckets: Buckets?
  let traits: FamilyTraits
  package let folded = AtomicCount()
  package let ignored: AtomicCount
  private let limit: Int
  private let times: SeriesTimes
  private let kind: InstrumentKind<Child>
  private let table = Locked(Table())
  /// Under which number threads remember look-ups.
  private let owner = Atomic<UInt64>(LabelCache.newOwner())

  init(
    _ description: MetricFamily, labelNames: [String], limit: Int, times: SeriesTimes, ignored: AtomicCount,
    buckets: Buckets? = nil, traits: FamilyTraits = .none, kind: InstrumentKind<Child>
  ) {
    self.description = description
    occupiedNames = NameRules.occupiedNames(description)
    self.labelNames = labelNames
    self.limit = limit
    self.times = times
    self.traits = traits
    self.ignored = ignored
    self.buckets = buckets
    self.kind = kind
  }

  // MARK: Children

  /// The child with this value of the one label; made when it is not there yet.
  public func labels(_ value: String) throws(MetricsError) -> Child {
    var hash = LabelKey.Hash()
    hash.add(value)
    let child = recent(hash) { key, place in key.has(value, at: &place) }
    if labelNames.count == 1, let child { return child }
    return try labels([value])
  }

  /// The child with these values, one a label in the order of the label names; made when it is not there yet.
  public func labels(_ first: String, _ second: String) throws(MetricsError) -> Child {
    var hash = LabelKey.Hash()
    hash.add(first)
    hash.add(second)
    let child = recent(hash) { key, place in key.has(first, at: &place) && key.has(second, at: &place) }
    if labelNames.count == 2, let child { return child }
    return try labels([first, second])
  }

  /// The child with these values, one a label in the order of the label names; made when it is not there yet.
  public func labels(_ first: String, _ second: String, _ third: String) throws(MetricsError) -> Child {
    var hash = LabelKey.Hash()
    hash.add(first)
    hash.add(second)
    hash.add(third)
    let child = recent(hash) { key, place in
      key.has(first, at: &place) && key.has(second, at: &place) && key.has(third, at: &place)
    }
    if labelNames.count == 3, let child { return child }
    return try labels([first, second, third])
  }

  /// The child with these values, one a label in the order of the label names; made when it is not there yet. With up
  /// to three values a call allocates nothing.
  public func labels(_ values: String...) throws(MetricsError) -> Child { try labels(values) }

  /// The child with these values, one a label in the order of the label names; made when it is not there yet.
  ///
  /// Values that differ in their bytes are different series, also where Swift calls the strings equal.
  public func labels(_ values: [String]) throws(MetricsError) -> Child {
    try checkCount(values)
    var hash = LabelKey.Hash()
    for value in values { hash.add(value) }
    let child = recent(hash) { key, place in values.allSatisfy { key.has($0, at: &place) } }
    return child ?? look(values, hash.value)
  }

  /// Ends the series with these values. Who still holds the child may go on using it; nobody will read it.
  @discardableResult
  public func remove(_ values: String...) throws(MetricsError) -> Bool {
    try checkCount(values)
    return remove(LabelKey(values))
  }

  private func remove(_ key: LabelKey) -> Bool {
    let removed = table.withLock { table -> Series<Child>? in
      guard let series = table.series.remove(key) else { return nil }
      table.added = nil
      table.sorted = nil
      table.generation &+= 1
      return series
    }
    // Whoever remembers the series looks it up anew.
    if removed != nil { owner.store(LabelCache.newOwner(), ordering: .releasing) }
    return removed != nil
  }

  // MARK: Labels of any names

  /// The child with these labels, whatever their names; only for a family that was registered without labels. For adapters
  /// of interfaces that let the names differ from call to call: the data model allows that, since an absent label is an
  /// empty one. The caller sees to the number of series.
  package func child(_ labels: LabelSet) -> Child {
    let key = Self.key(labels)
    let known = table.withLock { $0.series.find(key.hash) { $0.key.bytes == key.bytes } }
    if let known { return known.child }
    let series = Series(key: key, labels: labels, child: kind.make(), created: times.clock.unixSeconds)
    return table.withLock { table in
      let known = table.series.find(key.hash) { $0.key.bytes == key.bytes }
      if let known { return known.child }
      table.insert(series)
      return series.child
    }
  }

  /// Ends the series with these labels, made by ``child(_:)``; false when there is none.
  @discardableResult
  package func remove(_ labels: LabelSet) -> Bool { remove(Self.key(labels)) }

  /// Without labels that of ``single``.
  private static func key(_ labels: LabelSet) -> LabelKey {
    LabelKey(labels.isEmpty ? [] : [String(decoding: labels.text, as: UTF8.self)])
  }

  /// The child without labels.
  var single: Child { look([], LabelKey.Hash().value) }

  func has(_ labels: LabelSet) -> Bool {
    let key = labelNames.isEmpty ? Self.key(labels) : LabelKey(labelNames.map { labels[$0] ?? "" })
    return table.withLock { $0.series.find(key.hash) { $0.labels == labels } != nil }
  }

  private func checkCount(_ values: [String]) throws(MetricsError) {
    if values.count != labelNames.count {
      throw .wrongValueCount(metric: description.name, expected: labelNames.count, given: values.count)
    }
  }

  @inline(__always)
  private func recent(_ hash: LabelKey.Hash, _ matches: (LabelKey, inout Int) -> Bool) -> Child? {
    LabelCache.find(hash.value, owner.load(ordering: .acquiring), Series<Child>.self) { series -> Child? in
      var place = 0
      return matches(series.key, &place) ? series.child : nil
    }
  }

  /// The child by way of the table.
  @inline(never) private func look(_ values: [String], _ hash: UInt64) -> Child {
    let owner = owner.load(ordering: .acquiring)
    let known = table.withLock { table in
      table.series.find(hash) { series in
        var place = 0
        return values.allSatisfy { series.key.has($0, at: &place) }
      }
    }
    if let series = known ?? add(values) {
      if !values.isEmpty { LabelCache.keep(hash, owner, series) }
      return series.child
    }
    folded.add(1)
    return overflow()
  }

  /// A new series, or the one that another thread has added meanwhile; nil past the limit.
  private func add(_ values: [String]) -> Series<Child>? {
    let labels = LabelSet(zip(labelNames, values).map { ($0, $1) })
    let series = Series(
      key: LabelKey(values), labels: labels, child: kind.make(), created: times.clock.unixSeconds)
    return table.withLock { table in
      let known = table.series.find(series.key.hash) { $0.key.bytes == series.key.bytes }
      if let known { return known }
      if table.series.count >= limit && !values.isEmpty { return nil }
      table.insert(series)
      return series
    }
  }

  /// The child that stands for all label values past the limit.
  private func overflow() -> Child {
    if let child = table.withLock({ $0.overflow }) { return child }
    let values = labelNames.map { _ in MetricsLimits.overflowValue }
    let labels = LabelSet(zip(labelNames, values).map { ($0, $1) })
    let series = Series(
      key: LabelKey(values), labels: labels, child: kind.make(), created: times.clock.unixSeconds)
    return table.withLock { table in
      if let child = table.overflow { return child }
      let known = table.series.find(series.key.hash) { $0.key.bytes == series.key.bytes }
      if known == nil {
        table.insert(series)
      }
      table.overflow = (known ?? series).child
      return (known ?? series).child
    }
  }

  // MARK: Writing

  var hasCreatedLines: Bool { times.hasCreatedLines }

  var droppedExemplars: AtomicCount { kind.droppedExemplars }

  func write(into sink: any SampleSink) {
    let sorted = sortedSeries()
    if sorted.series.isEmpty { return }
    sink.family(description)
    for one in sorted.series { kind.write(one.child, one.labels, one.created, sink) }
  }

  func appendLines(to lines: inout LineBuffer, isOpenMetrics: Bool) -> FamilyLines {
    let sorted = sortedSeries()
    if sorted.series.isEmpty { return .none }
    let hasMore = traits.hasExemplars || (hasCreatedLines && NameRules.hasCreated(description))
    guard let append = kind.append, !isOpenMetrics || !hasMore else { return .needSink }
    append(sorted, description, &lines, isOpenMetrics)
    return .appended
  }

  private func sortedSeries() -> SortedSeries<Child> {
    let (known, added, all, generation) = table.withLock { table in
      (table.sorted, table.added, table.added == nil ? table.series.all : [], table.generation)
    }
    if let known, let added, added.isEmpty { return known }
    let series = SortedSeries.merge(known?.series ?? [], added ?? all)
    let sorted = SortedSeries(series, range: kind.range) { kind.head(description, $0, &$1) }
    table.withLock { table in
      if table.generation != generation { return }
      table.added = []
      table.sorted = sorted
    }
    return sorted
  }
}
