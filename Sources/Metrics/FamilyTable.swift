// What a family keeps under its lock: the series by key, and how they differ from the sorted order that the last scrape
// has worked out, so that the next one sorts only what came. Where keeping the difference would cost more than sorting
// all, it is dropped.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The series of a family. Used under the family's lock.
struct FamilyTable<Child: AnyObject & Sendable>: Sendable {
  /// How the sorted order comes from the last one.
  struct Order: Sendable {
    let known: SortedSeries<Child>?
    let added: [Series<Child>]
    let removed: Set<ObjectIdentifier>
    let generation: UInt64

    /// True when the last one still holds.
    var isKnown: Bool { known != nil && added.isEmpty && removed.isEmpty }

    /// All series, sorted.
    var series: [Series<Child>] {
      let kept = known?.series ?? []
      let left = removed.isEmpty ? kept : kept.filter { !removed.contains(ObjectIdentifier($0)) }
      return SortedSeries.merge(left, added)
    }
  }

  private var table = SeriesTable<Child>()
  /// Series that take room.
  private(set) var taken = 0
  /// True once the family is in no registry any more.
  private var isRetired = false
  /// The series that stands for all label values past the limit.
  private(set) var overflow: Series<Child>?
  /// How long a series that nobody uses stays; nil for ever.
  var expiry: Duration?
  var nextSweep = Duration.zero
  /// What came since `sorted` was made; nil for everything.
  private var added: [Series<Child>]? = []
  /// What went since then.
  private var removed: Set<ObjectIdentifier> = []
  private var sorted: SortedSeries<Child>?
  /// The same under escaped or quoted names, made when a scraper asks for them.
  var escaped: [EscapingScheme: EscapedSeries<Child>] = [:]
  /// Changes with every series that comes or goes.
  private var generation: UInt64 = 0

  var all: [Series<Child>] { table.all }

  func find(_ hash: UInt64, _ matches: (Series<Child>) -> Bool) -> Series<Child>? {
    let series = table.find(hash, matches)
    if expiry != nil { series?.isSeen.store(true, ordering: .relaxed) }
    return series
  }

  func find(_ key: LabelKey) -> Series<Child>? { find(key.hash) { $0.key.bytes == key.bytes } }

  /// Adds a series whose key is not there.
  mutating func insert(_ series: Series<Child>) {
    table.insert(series)
    if series.takesRoom { taken += 1 }
    added?.append(series)
    generation &+= 1
  }

  /// True when the family may have one series more that takes room.
  func hasRoom(_ budget: SeriesBudget) -> Bool { !isRetired && taken < budget.perFamily }

  /// Takes out all series for good, and gives them.
  mutating func retire() -> [Series<Child>] {
    isRetired = true
    return remove(table.all)
  }

  /// Makes a series of the table the one past the limit.
  mutating func setOverflow(_ series: Series<Child>) { overflow = series }

  /// Takes out those of these series that are still there, and gives them.
  mutating func remove(_ series: [Series<Child>]) -> [Series<Child>] {
    let gone = series.filter { one in
      guard table.find(one.key.hash, { $0 === one }) != nil else { return false }
      return table.remove(one.key) != nil
    }
    if gone.isEmpty { return [] }
    for one in gone where one.takesRoom { taken -= 1 }
    if let overflow, gone.contains(where: { $0 === overflow }) { self.overflow = nil }
    generation &+= 1
    forget(gone)
    return gone
  }

  private mutating func forget(_ gone: [Series<Child>]) {
    let known = sorted?.series.count ?? 0
    let isLittle = (added ?? []).count <= max(64, gone.count) && removed.count + gone.count <= max(64, known)
    guard sorted != nil, isLittle else {
      sorted = nil
      removed = []
      added = nil
      return
    }
    let identities = Set(gone.map { ObjectIdentifier($0) })
    added?.removeAll { identities.contains(ObjectIdentifier($0)) }
    removed.formUnion(identities)
  }

  var order: Order { Order(known: sorted, added: added ?? table.all, removed: removed, generation: generation) }

  /// Keeps a sorted order, unless something has come or gone since.
  mutating func keep(_ sorted: SortedSeries<Child>, of order: Order) {
    if generation != order.generation { return }
    self.sorted = sorted
    escaped = [:]
    added = []
    removed = []
  }
}
