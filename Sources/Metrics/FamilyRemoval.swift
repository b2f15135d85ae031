// How series end: by name, by a condition, or by themselves when nobody uses them. A child that was removed does no harm
// to who still holds it; nobody reads it. The same label values make a new child at zero, which Prometheus sees as a reset.
//
// Expiry costs the hot path nothing. A sweep gives the family a new number, so that every thread's next look-up of a
// series goes to the table once and leaves a mark; a series without a mark whose child nobody holds cannot have been
// used since. Who passed the number's check before one sweep and took the child, or counted in it, after the next, a quarter of the
// expiry later, would count into the void; that is the one race left, and it takes a thread that stands still so long between
// two neighbouring instructions.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

extension Family {
  /// Ends the series with these values. Who still holds the child may go on using it; nobody will read it.
  ///
  /// Thread-safe; an increment at the same time in another thread, whose child was looked up before, may be lost.
  @discardableResult
  public func remove(_ values: String...) throws(MetricsError) -> Bool {
    try checkCount(values)
    let key = LabelKey(values)
    return end { table in table.find(key).map { table.remove([$0]) } ?? [] } > 0
  }

  /// Ends all series whose labels have these values, such as `["tenant": "a"]`, and says how many they were. A name that
  /// is no label of the family matches nothing; no pairs match everything.
  @discardableResult
  public func remove(matching pairs: [String: String]) -> Int {
    if !pairs.keys.allSatisfy(labelNames.contains) { return 0 }
    return removeAll { labels in pairs.allSatisfy { (labels[$0.key] ?? "").utf8.elementsEqual($0.value.utf8) } }
  }

  /// Ends all series that `condition` says true of, and says how many they were. The condition runs outside every lock,
  /// on the calling thread.
  @discardableResult
  public func removeAll<Failure: Error>(where condition: (LabelSet) throws(Failure) -> Bool) throws(Failure) -> Int {
    var chosen: [Series<Child>] = []
    for series in table.withLock({ $0.all }) where try condition(series.labels) { chosen.append(series) }
    return end { [chosen] table in table.remove(chosen) }
  }

  /// Ends series by themselves: one that was neither looked up nor changed nor held by anybody for `time` goes at the
  /// next collection, and `vitals_metrics_expired_total` counts it. Nil, as at first, keeps them for ever.
  ///
  /// A child that somebody holds never expires, so that no increment is lost. A series stays at least `time` after its
  /// last look-up and up to a quarter and one scrape interval longer; without collections nothing expires. After each
  /// sweep, at most four times in `time`, every thread's next look-up of a series takes the slower way by the table.
  @discardableResult
  public func expire(after time: Duration?) -> Self {
    table.withLock { table in
      if table.expiry == time { return }
      // Look-ups leave no mark as long as nothing expires, so all series begin to wait now.
      if table.expiry == nil { for series in table.all { series.isSeen.store(true, ordering: .relaxed) } }
      table.expiry = time
      table.nextSweep = .zero
    }
    return self
  }

  /// Removes what has expired; called at a collection.
  func sweep() {
    let isDue = table.withLock { table in table.expiry != nil }
    if !isDue { return }
    let now = Duration.nanoseconds(Int64(clamping: times.clock.steadyNanoseconds))
    let isSwept = table.withLock { table -> Bool in
      guard let expiry = table.expiry, now >= table.nextSweep else { return false }
      table.nextSweep = now + expiry / 4
      return true
    }
    if !isSwept { return }
    let count = end { table in table.remove(table.expired(at: now)) }
    renewOwner()
    expired.add(UInt64(count))
  }

  /// Runs `choose` under the lock, and lets go of what it has removed after it.
  func end(_ choose: @Sendable (inout FamilyTable<Child>) -> [Series<Child>]) -> Int {
    let gone = table.withLock { choose(&$0) }
    if gone.isEmpty { return 0 }
    // Whoever remembers a series looks it up anew.
    renewOwner()
    budget.giveBack(gone.count { $0.takesRoom })
    return gone.count
  }
}

extension FamilyTable {
  /// The series that nobody has used for the expiry's time; the others begin to wait anew.
  func expired(at now: Duration) -> [Series<Child>] {
    guard let expiry else { return [] }
    let now = Self.nanoseconds(now)
    let time = Self.nanoseconds(expiry)
    return all.filter { series in
      let isSeen = series.isSeen.exchange(false, ordering: .relaxed)
      if isSeen || Handles.isHeld(series) {
        series.lastUse.store(now, ordering: .relaxed)
        return false
      }
      return now - series.lastUse.load(ordering: .relaxed) >= time && series.takesRoom && series !== overflow
    }
  }

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    let (product, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return isOver ? .max / 2 : min(max(product &+ attoseconds / 1_000_000_000, 0), .max / 2)
  }
}
