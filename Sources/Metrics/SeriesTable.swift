// The series of a family by key: open addressing over their stored hashes, so that a look-up allocates nothing and a
// table of a million grows in linear time. Used under the family's lock.
// SPDX-License-Identifier: Apache-2.0

/// A hash table of series.
struct SeriesTable<Child: AnyObject & Sendable>: Sendable {
  private var slots: [Series<Child>?] = Array(repeating: nil, count: 8)
  private(set) var count = 0

  /// The series with this hash that `matches` takes.
  func find(_ hash: UInt64, _ matches: (Series<Child>) -> Bool) -> Series<Child>? {
    var place = home(hash)
    while let series = slots[place] {
      if series.key.hash == hash && matches(series) { return series }
      place = next(place)
    }
    return nil
  }

  /// Adds a series whose key is not there.
  mutating func insert(_ series: Series<Child>) {
    if 4 * (count + 1) > 3 * slots.count { grow() }
    place(series)
    count += 1
  }

  /// Takes out the series with this key.
  mutating func remove(_ key: LabelKey) -> Series<Child>? {
    var place = home(key.hash)
    while let series = slots[place] {
      if series.key.hash == key.hash && series.key.bytes == key.bytes {
        slots[place] = nil
        count -= 1
        closeGap(after: place)
        return series
      }
      place = next(place)
    }
    return nil
  }

  /// All series, in no order.
  var all: [Series<Child>] { slots.compactMap(\.self) }

  private func home(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash & UInt64(slots.count - 1)) }

  private func next(_ place: Int) -> Int { (place + 1) & (slots.count - 1) }

  private mutating func place(_ series: Series<Child>) {
    var place = home(series.key.hash)
    while slots[place] != nil { place = next(place) }
    slots[place] = series
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: nil, count: 2 * old.count)
    for case .some(let series) in old { place(series) }
  }

  /// Moves up what stood behind a gap, so that every series is still reached from its home.
  private mutating func closeGap(after gap: Int) {
    var place = next(gap)
    while let series = slots[place] {
      slots[place] = nil
      self.place(series)
      place = next(place)
    }
  }
}
