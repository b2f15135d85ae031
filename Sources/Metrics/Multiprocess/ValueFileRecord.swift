// What is remembered of one file from one collection to the next: which keys stood where, and their values. The values
// are kept, 8 bytes each, so that a file that cannot be read for once does not take its part out of the totals, and so
// that a dead worker's part can be taken out exactly when its file changes or goes.
// SPDX-License-Identifier: Apache-2.0

/// One file's last reading.
struct ValueFileRecord: Sendable {
  /// The mark of an entry without an acceptable value: a NaN that nobody computes.
  static let absent = Double(bitPattern: 0x7ff4_5649_5441_4c53)

  let name: ValueFileName
  /// The keys by number, in the file's order.
  var keys: [Int32] = []
  /// What each of `keys` stands for here, where a key that stands twice counts once.
  var meanings: [ValueKeyTable.Meaning] = []
  /// The values that belong to `keys`, or ``absent``.
  var values: [Double] = []
  /// Of a `mostrecent` gauge, when each value was set, in seconds.
  var times: [Double] = []
  /// Bytes in use, as the file said last.
  var used = 0
  /// What stat(2) said when it was read last as a dead worker's.
  var stamp: FileStamp?
  /// A running worker's file, as long as it is kept open.
  var kept: KeptFile?
  /// Entries that the last reading left out.
  var skipped = ValueSkips()
  /// True for a dead worker's file, whose values are in the base.
  var isFolded = false
  /// The collection that last saw the file.
  var seen: UInt64 = 0
  /// The series labels with the label `pid`, for ``labelledKeys``.
  var labels: [LabelSet] = []
  var labelledKeys: [Int32] = []

  init(_ name: ValueFileName) { self.name = name }

  /// Begins with the keys of another file.
  mutating func expect(_ other: ValueFileRecord) {
    keys = other.keys
    meanings = other.meanings
    values = [Double](repeating: Self.absent, count: keys.count)
    times = name.kind.mode?.isMostRecent ?? false ? [Double](repeating: 0, count: keys.count) : []
  }

  /// Appends a key without a value.
  mutating func append(_ key: Int32, _ meaning: ValueKeyTable.Meaning) {
    keys.append(key)
    meanings.append(meaning)
    values.append(Self.absent)
    if name.kind.mode?.isMostRecent ?? false { times.append(0) }
  }

  /// Forgets the keys from a place on.
  mutating func cut(to count: Int) {
    if keys.count <= count { return }
    keys.removeLast(keys.count - count)
    meanings.removeLast(meanings.count - count)
    values.removeLast(values.count - count)
    if !times.isEmpty { times.removeLast(times.count - count) }
  }

  /// Shares the memory of a record with the same keys.
  mutating func share(_ other: ValueFileRecord) {
    keys = other.keys
    meanings = other.meanings
  }

  /// What a gauge's values add up to.
  var mode: GaugeMode? { name.kind.mode }

  /// Bytes of memory, about.
  var cost: Int { keys.count &* 20 }
}

extension Double {
  /// True for ``ValueFileRecord/absent``.
  @inline(__always) var isAbsent: Bool { bitPattern == ValueFileRecord.absent.bitPattern }
}
