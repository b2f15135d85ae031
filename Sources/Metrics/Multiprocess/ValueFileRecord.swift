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
  /// The values that belong to `keys`, or ``absent``.
  var values: [Double] = []
  /// Of a `mostrecent` gauge, when each value was set, in seconds.
  var times: [Double] = []
  /// Bytes in use, as the file said last.
  var used = 0
  /// What stat(2) said when it was read last.
  var stamp: FileStamp?
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

  /// Begins with these keys, as another file has them; they cost nothing as long as they are true.
  mutating func expect(_ keys: [Int32]) {
    self.keys = keys
    values = [Double](repeating: Self.absent, count: keys.count)
    times = name.kind.mode?.isMostRecent ?? false ? [Double](repeating: 0, count: keys.count) : []
  }

  /// Bytes of memory, about.
  var cost: Int { keys.count &* 12 }
}

extension Double {
  /// True for ``ValueFileRecord/absent``.
  @inline(__always) var isAbsent: Bool { bitPattern == ValueFileRecord.absent.bitPattern }
}
