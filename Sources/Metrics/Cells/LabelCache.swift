// The series that a thread looked up last. A look-up that finds its series here touches nothing that another thread
// writes; one that does not goes to the family's table, under a lock. An entry belongs to one owner number, and a family
// draws a new one whenever a series is removed, so that nothing stale is ever found. Entries keep their series alive
// until they are replaced or the thread ends: at most 256 a thread, of whatever families.
//
// The file is unsafe because entries hold untyped references; an owner number belongs to one family and so to one type.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The calling thread's recent look-ups.
@safe struct LabelCache {
  @unsafe private struct Entry {
    var hash: UInt64
    var owner: UInt64
    var series: UnsafeMutableRawPointer?
  }

  private static let pairs = 128
  private static let owners = Atomic<UInt64>(1)

  private let entries: UnsafeMutablePointer<Entry>

  /// A number that no family has had.
  static func newOwner() -> UInt64 { owners.wrappingAdd(1, ordering: .relaxed).newValue }

  /// The calling thread's, or nil as long as it has none.
  @inline(__always) private static var current: LabelCache? {
    guard let directory = ThreadCells.current,
      let entries = unsafe UnsafeMutablePointer<Entry>(bitPattern: directory.cache)
    else { return nil }
    return unsafe LabelCache(entries: entries)
  }

  private init(entries: UnsafeMutablePointer<Entry>) { unsafe self.entries = entries }

  /// What `body` makes of the series with this hash, when the thread has looked it up lately; `body` must compare.
  @inline(__always) static func find<Series: AnyObject, Result>(
    _ hash: UInt64, _ owner: UInt64, _ type: Series.Type, _ body: (Series) -> Result?
  ) -> Result? {
    guard let cache = current else { return nil }
    var entry = unsafe cache.entries + 2 &* Int(truncatingIfNeeded: hash & UInt64(pairs &- 1))
    if unsafe entry.pointee.hash != hash || entry.pointee.owner != owner { unsafe entry += 1 }
    guard unsafe entry.pointee.hash == hash && entry.pointee.owner == owner, let series = unsafe entry.pointee.series
    else { return nil }
    return unsafe Unmanaged<Series>.fromOpaque(series)._withUnsafeGuaranteedRef { body($0) }
  }

  /// Keeps a series for the next look-up; the older entry of its pair goes.
  static func keep(_ hash: UInt64, _ owner: UInt64, _ series: AnyObject) {
    guard let directory = ThreadCells.current else { return }
    if directory.cache == 0 {
      guard let memory = unsafe calloc(2 * pairs, MemoryLayout<Entry>.stride) else { return }
      directory.cache = UInt(bitPattern: memory)
    }
    guard let cache = current else { return }
    let pair = unsafe cache.entries + 2 &* Int(truncatingIfNeeded: hash & UInt64(pairs &- 1))
    let last = unsafe pair[1].series
    unsafe pair[1] = pair[0]
    unsafe pair[0] = Entry(hash: hash, owner: owner, series: Unmanaged.passRetained(series).toOpaque())
    // Last, because it may end a series, whose end may be somebody's code.
    if let last = unsafe last { unsafe Unmanaged<AnyObject>.fromOpaque(last).release() }
  }

  /// Lets go of everything; on the ending thread.
  static func clear() {
    guard let directory = ThreadCells.current, let cache = current else { return }
    directory.cache = 0
    for place in 0..<(2 * pairs) {
      if let series = unsafe cache.entries[place].series { unsafe Unmanaged<AnyObject>.fromOpaque(series).release() }
    }
    unsafe free(cache.entries)
  }
}
