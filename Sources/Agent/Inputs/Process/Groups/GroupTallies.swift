// The names that the threads of a group have, or the places where they wait, each with a tally of its own, up to a limit.
// Names stay when their last thread has gone, so that what it counted does not go back; only when there is no room for a
// new one, those without threads make way. What then still has no room shares `other`.
// SPDX-License-Identifier: Apache-2.0

/// Tallies by name.
final class GroupTallies<Tally> {
  /// One name.
  final class Entry {
    let name: String
    var tally: Tally
    /// Threads that have the name now.
    fileprivate(set) var threads: UInt64 = 0
    fileprivate var isIdle = false

    fileprivate init(_ name: String, _ tally: Tally) { (self.name, self.tally) = (name, tally) }
  }

  private let limit: Int
  private let make: (String) -> Tally
  private(set) var entries: [Entry] = []
  private var places: [String: Entry] = [:]
  /// Threads of this round that share `other` for want of room.
  private(set) var folded = 0

  /// Up to `limit` names; `make` makes a tally for one.
  init(limit: Int, make: @escaping (String) -> Tally) {
    self.limit = limit
    self.make = make
  }

  /// Begins to count the threads anew.
  func begin() {
    folded = 0
    for entry in entries {
      entry.isIdle = entry.threads == 0
      entry.threads = 0
    }
  }

  /// Counts a thread.
  func count(_ name: String) {
    let found = entry(name)
    found.threads &+= 1
    if found.name != name { folded += 1 }
  }

  /// The tally for a name.
  func entry(_ name: String) -> Entry {
    if let known = places[name] { return known }
    if isFull { dropIdle() }
    let shown = isFull ? Limits.otherName : name
    if let known = places[shown] { return known }
    let made = Entry(shown, make(shown))
    places[shown] = made
    entries.append(made)
    return made
  }

  /// Whether there are as many names as may be, without `other`.
  private var isFull: Bool { entries.count - (places[Limits.otherName] == nil ? 0 : 1) >= limit }

  /// Drops the names that had no thread in the last round and have none in this one.
  private func dropIdle() {
    entries.removeAll { entry in
      if !entry.isIdle || entry.threads > 0 || entry.name == Limits.otherName { return false }
      places[entry.name] = nil
      return true
    }
  }
}
