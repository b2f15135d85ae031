// One reading of one file's bytes: entry for entry, each recognised by the key that stood there before. Nothing in the
// bytes is believed: an entry that does not end where the file's used part does, or before, ends the reading.
// SPDX-License-Identifier: Apache-2.0

/// Takes the entries of one file out of a buffer.
struct ValueFileWalk {
  /// The bytes before the first entry.
  static let head = 8

  private let buffer: ReadBuffer
  private let kind: ValueFileKind
  /// Where the used part ends.
  private let end: Int
  private let reading: UInt64
  private let roomForKeys: Int

  /// `reading` is a number that no other reading has.
  init(_ buffer: ReadBuffer, _ kind: ValueFileKind, used: Int, reading: UInt64, roomForKeys: Int) {
    self.buffer = buffer
    self.kind = kind
    end = min(used, buffer.count)
    self.reading = reading
    self.roomForKeys = roomForKeys
  }

  /// Brings a record up to what the buffer holds; false when an entry was torn. What is not read, or has no acceptable
  /// value, keeps the value of the last reading. `guess` are the keys of a file that may be alike.
  func update(
    _ record: inout ValueFileRecord, guess: [Int32], _ keys: inout ValueKeyTable, _ series: inout ValueSeriesTable
  ) -> Bool {
    let isMostRecent = kind.mode?.isMostRecent ?? false
    record.skipped = ValueSkips()
    var index = 0
    var at = Self.head
    while at < end {
      guard let length = buffer.int32(at: at), length >= 0, length <= end - at - 4 else { return false }
      let key = at + 4
      let value = key + length + (8 - (length + 4) % 8)
      guard value <= end - 16 else { return false }
      let number = self.number(record.keys, guess, index, at: key, length, &keys, &series)
      if index == record.keys.count {
        record.keys.append(number)
        record.values.append(ValueFileRecord.absent)
        if isMostRecent { record.times.append(0) }
      } else if record.keys[index] != number {
        record.keys[index] = number
        record.values[index] = ValueFileRecord.absent
      }
      if isMostRecent { record.times[index] = buffer.double(at: value + 8) }
      take(buffer.double(at: value), number, &record, index, &keys)
      index += 1
      at = value + 16
    }
    let gone = record.keys.count - index
    if gone > 0 {
      record.keys.removeLast(gone)
      record.values.removeLast(gone)
      if isMostRecent { record.times.removeLast(gone) }
    }
    return true
  }

  @inline(__always) private func take(
    _ value: Double, _ number: Int32, _ record: inout ValueFileRecord, _ index: Int, _ keys: inout ValueKeyTable
  ) {
    switch keys.meaning(number) {
    case .slot(_, let role):
      if !keys.meet(number, reading: reading) {
        record.values[index] = ValueFileRecord.absent
        record.skipped.add(.duplicate)
      } else if role.accepts(value) {
        record.values[index] = value
      } else {
        record.skipped.add(.value)
      }
    case .skipped(let reason): record.skipped.add(reason)
    }
  }

  /// The key at a place: the one that was there before, the one that another file has there, or one to look up.
  @inline(__always) private func number(
    _ known: [Int32], _ guess: [Int32], _ index: Int, at: Int, _ length: Int,
    _ keys: inout ValueKeyTable, _ series: inout ValueSeriesTable
  ) -> Int32 {
    if index < known.count, keys.isKey(known[index], buffer, at: at, count: length) { return known[index] }
    if index < guess.count, keys.isKey(guess[index], buffer, at: at, count: length) { return guess[index] }
    return keys.find(buffer, at: at, count: length) ?? insert(at: at, length, &keys, &series)
  }

  private func insert(
    at: Int, _ length: Int, _ keys: inout ValueKeyTable, _ series: inout ValueSeriesTable
  ) -> Int32 {
    // A key past the limit is kept as the empty one, which is no key either.
    if length > min(MetricsLimits.valueKeyBytes, roomForKeys) || keys.count >= MetricsLimits.valueKeys {
      return keys.find(buffer, at: at, count: 0) ?? keys.insert(buffer, at: at, count: 0, .skipped(.limit))
    }
    let meaning: ValueKeyTable.Meaning =
      ValueKeyParser.parse(buffer.bytes(at: at, count: length)[...]).map { series.meaning($0, kind) } ?? .skipped(.key)
    return keys.insert(buffer, at: at, count: length, meaning)
  }
}
