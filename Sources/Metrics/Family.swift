// The children of one metric, by label values. A look-up tries what the thread looked up lately and then the table, under
// one lock. The sorted order is worked out after the lock is let go and kept until a child comes or goes, so that a scrape
// of a steady family only copies a reference. An instrument without labels is a family with the one child that has none.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// All series of one labelled metric. Thread-safe. Looking a child up costs about four atomic additions and allocates
/// nothing once it is there; `increment("GET", "200")`, `set` and `observe` with label values cost about three. Keep the
/// child where the label values are constants.
///
/// A family without children writes nothing. Past ``MetricsLimits/seriesPerFamily`` or ``MetricsLimits/series`` further
/// label values share one child whose labels all read `other`, so that totals stay exact; a look-up that ends there costs
/// a lock and no new series. Removal and expiry make room again.
public final class Family<Child: AnyObject & Sendable>: RegisteredFamily {
  let description: MetricFamily
  let occupiedNames: [String]
  let labelNames: [String]
  let isLegacy: Bool
  private let scope: RegistryScope
  /// A histogram's bounds.
  let buckets: Buckets?
  let traits: FamilyTraits
  package let folded = AtomicCount()
  let expired = AtomicCount()
  package let ignored: AtomicCount
  let budget: SeriesBudget
  let table = Locked(FamilyTable<Child>())
  let times: SeriesTimes
  private let kind: InstrumentKind<Child>
  private let isOverflowTold = Atomic<Bool>(false)
  /// Of the hashes of look-ups.
  private let seed = LabelHash.seed
  /// Under which number threads remember look-ups.
  private let owner = Atomic<UInt64>(LabelCache.newOwner())

  init(
    _ description: MetricFamily, labelNames: [String], scope: RegistryScope, budget: SeriesBudget, times: SeriesTimes,
    ignored: AtomicCount, buckets: Buckets? = nil, traits: FamilyTraits = .none, kind: InstrumentKind<Child>
  ) {
    let description = scope.whole(description)
    let names = labelNames + scope.constantLabels.map(\.name)
    self.description = description
    occupiedNames = NameRules.occupiedNames(description)
    isLegacy = NameRules.isMetricName(description.name) && names.allSatisfy(NameRules.isLabelName)
    self.labelNames = labelNames
    self.scope = scope
    self.budget = budget
    self.times = times
    self.traits = traits
    self.ignored = ignored
    self.buckets = buckets
    self.kind = kind
  }

  // MARK: Children

  /// The child with this value of the one label; made when it is not there yet.
  public func labels(_ value: String) throws(MetricsError) -> Child {
    if let child = recent(value, { $0 }) { return child }
    return try labels([value])
  }

  /// The child with these values, one a label in the order of the label names; made when it is not there yet.
  public func labels(_ first: String, _ second: String) throws(MetricsError) -> Child {
    if let child = recent(first, second, { $0 }) { return child }
    return try labels([first, second])
  }

  /// The child with these values, one a label in the order of the label names; made when it is not there yet.
  public func labels(_ first: String, _ second: String, _ third: String) throws(MetricsError) -> Child {
    if let child = recent(first, second, third, { $0 }) { return child }
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
    let hash = LabelKey.hash(values)
    let child = recent(hash, { $0 }, isOf: { $0.isOf(values) })
    return child ?? look(values, hash)
  }

  // MARK: Labels of any names

  /// The child with these labels, whatever their names; only for a family that was registered without labels. For adapters
  /// of interfaces that let the names differ from call to call: the data model allows that, since an absent label is an
  /// empty one. The caller sees to the number of series.
  package func child(_ labels: LabelSet) -> Child {
    let key = Self.key(labels)
    if let known = table.withLock({ $0.find(key) }) { return known.child }
    let series = Series(
      key: key, labels: labels, child: kind.make(), created: times.clock.unixSeconds, takesRoom: false)
    return table.withLock { table in
      if let known = table.find(key) { return known.child }
      table.insert(series)
      return series.child
    }
  }

  /// Ends the series with these labels, made by ``child(_:)``; false when there is none.
  @discardableResult
  package func remove(_ labels: LabelSet) -> Bool {
    let key = Self.key(labels)
    return end { table in table.find(key).map { table.remove([$0]) } ?? [] } > 0
  }

  /// Without labels that of ``single``.
  private static func key(_ labels: LabelSet) -> LabelKey {
    LabelKey(labels.isEmpty ? [] : [String(decoding: labels.text, as: UTF8.self)])
  }

  /// The child without labels.
  var single: Child { look([], LabelKey.hash([])) }

  func has(_ labels: LabelSet) -> Bool {
    let key = labelNames.isEmpty ? Self.key(labels) : LabelKey(labelNames.map { labels[$0] ?? "" })
    return table.withLock { $0.find(key.hash) { $0.labels == labels } != nil }
  }

  func checkCount(_ values: [String]) throws(MetricsError) {
    if values.count != labelNames.count {
      throw .wrongValueCount(metric: description.name, expected: labelNames.count, given: values.count)
    }
  }

  // MARK: What the thread looked up lately

  /// What `body` makes of the child with this value, when the thread has looked it up lately. The child is borrowed:
  /// `body` must not call anything that may look up others, which could end it.
  @inline(__always) func recent<Result>(_ text: String, _ body: (Child) -> Result?) -> Result? {
    let value = LabelValue(text, seed: seed)
    var hash = LabelHash(seed: seed)
    hash.add(value)
    return recent(hash.value, body) { key in
      var place = 0
      return key.has(value, text, at: &place) && key.isEnd(place)
    }
  }

  /// The same for two values.
  @inline(__always) func recent<Result>(_ text1: String, _ text2: String, _ body: (Child) -> Result?) -> Result? {
    let (first, second) = (LabelValue(text1, seed: seed), LabelValue(text2, seed: seed))
    var hash = LabelHash(seed: seed)
    hash.add(first)
    hash.add(second)
    return recent(hash.value, body) { key in
      var place = 0
      return key.has(first, text1, at: &place) && key.has(second, text2, at: &place) && key.isEnd(place)
    }
  }

  /// The same for three values.
  @inline(__always) func recent<Result>(
    _ text1: String, _ text2: String, _ text3: String, _ body: (Child) -> Result?
  ) -> Result? {
    let first = LabelValue(text1, seed: seed)
    let (second, third) = (LabelValue(text2, seed: seed), LabelValue(text3, seed: seed))
    var hash = LabelHash(seed: seed)
    hash.add(first)
    hash.add(second)
    hash.add(third)
    return recent(hash.value, body) { key in
      var place = 0
      return key.has(first, text1, at: &place) && key.has(second, text2, at: &place)
        && key.has(third, text3, at: &place) && key.isEnd(place)
    }
  }

  @inline(__always) private func recent<Result>(
    _ hash: UInt64, _ body: (Child) -> Result?, isOf: (LabelKey) -> Bool
  ) -> Result? {
    LabelCache.find(hash, owner.load(ordering: .acquiring), Series<Child>.self) { series in
      isOf(series.key) ? body(series.child) : nil
    }
  }

  /// Makes every thread look its series up anew.
  func renewOwner() { owner.store(LabelCache.newOwner(), ordering: .releasing) }

  /// The child by way of the table.
  @inline(never) private func look(_ values: [String], _ hash: UInt64) -> Child {
    let owner = owner.load(ordering: .acquiring)
    let (known, hasRoom, overflow) = table.withLock { table in
      let known = table.find(hash) { $0.key.isOf(values) }
      return (known, values.isEmpty || (table.hasRoom(budget) && budget.hasRoom), table.overflow)
    }
    if let series = known ?? (hasRoom ? add(values) : nil) {
      if !values.isEmpty { LabelCache.keep(hash, owner, series) }
      return series.child
    }
    folded.add(1)
    budget.tell(isOverflowTold, description.name) { LabelSet(zip(labelNames, values).map { ($0, $1) }) }
    return (overflow ?? makeOverflow()).child
  }

  /// A new series, or the one that another thread has added meanwhile; nil past the limit.
  private func add(_ values: [String]) -> Series<Child>? {
    let takesRoom = !values.isEmpty
    if takesRoom && !budget.take() { return nil }
    let series = make(values, takesRoom: takesRoom)
    let added = table.withLock { table -> Series<Child>? in
      if let known = table.find(series.key) { return known }
      if takesRoom && !table.hasRoom(budget) { return nil }
      table.insert(series)
      return series
    }
    if takesRoom && added !== series { budget.giveBack(1) }
    return added
  }

  /// The series that stands for all label values past the limit; it takes no room itself.
  private func makeOverflow() -> Series<Child> {
    let series = make(labelNames.map { _ in MetricsLimits.overflowValue }, takesRoom: false)
    return table.withLock { table in
      if let overflow = table.overflow { return overflow }
      let known = table.find(series.key)
      if known == nil { table.insert(series) }
      table.setOverflow(known ?? series)
      return known ?? series
    }
  }

  private func make(_ values: [String], takesRoom: Bool) -> Series<Child> {
    Series(
      key: LabelKey(values), labels: scope.labels(labelNames, values), child: kind.make(),
      created: times.clock.unixSeconds, takesRoom: takesRoom)
  }

  /// Ends all series, and takes no room for others any more.
  func retire() {
    isOverflowTold.store(true, ordering: .relaxed)
    _ = end { table in table.retire() }
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

  var labelSets: [LabelSet] { sortedSeries().series.map(\.labels) }

  func canAppendLines(_ scheme: EscapingScheme) -> Bool {
    if isLegacy || scheme == .allowUTF8 { return true }
    return scheme.keepsApart(labelNames + scope.constantLabels.map(\.name))
  }

  func appendLines(to lines: inout LineBuffer, isOpenMetrics: Bool, _ scheme: EscapingScheme) -> FamilyLines {
    let sorted = sortedSeries()
    if sorted.series.isEmpty { return .none }
    let hasMore = traits.hasExemplars || (hasCreatedLines && NameRules.hasCreated(description))
    guard let append = kind.append, !isOpenMetrics || !hasMore else { return .needSink }
    if isLegacy {
      append(sorted, description, &lines, isOpenMetrics)
    } else {
      append(escapedSeries(sorted, scheme), scheme.escaped(description), &lines, isOpenMetrics)
    }
    return .appended
  }

  private func escapedSeries(_ sorted: SortedSeries<Child>, _ scheme: EscapingScheme) -> SortedSeries<Child> {
    if let known = table.withLock({ $0.escaped[scheme] }), known.source === sorted { return known.series }
    let family = scheme.escaped(description)
    let series = SortedSeries(sorted.series, range: kind.range) { kind.head(family, scheme.escaped($0) ?? $0, &$1) }
    table.withLock { $0.escaped[scheme] = EscapedSeries(source: sorted, series: series) }
    return series
  }

  private func sortedSeries() -> SortedSeries<Child> {
    let order = table.withLock { $0.order }
    if let known = order.known, order.isKnown { return known }
    let sorted = SortedSeries(order.series, range: kind.range) { kind.head(description, $0, &$1) }
    table.withLock { $0.keep(sorted, of: order) }
    return sorted
  }
}
