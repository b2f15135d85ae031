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
  /// value, keeps the value of the last reading. The first entries, whose places `match` has, are known by their keys.
  func update(
    _ record: inout ValueFileRecord, _ match: ValueFileMatch, _ keys: inout ValueKeyTable,
    _ series: inout ValueSeriesTable
  ) -> Bool {
    record.skipped = ValueSkips()
    takeKnown(&record, match)
    if match.at >= end && match.count == record.keys.count { return true }
    for number in record.keys.prefix(match.count) { _ = keys.meet(number, reading: reading) }
    return takeOthers(&record, match, &keys, &series)
  }

  private func takeKnown(_ record: inout ValueFileRecord, _ match: ValueFileMatch) {
    let isMostRecent = kind.mode?.isMostRecent ?? false
    for index in 0..<match.count {
      let spot = Int(match.spots[index])
      if isMostRecent { record.times[index] = buffer.double(at: spot + 8) }
      take(buffer.double(at: spot), &record, index)
    }
  }

  private func takeOthers(
    _ record: inout ValueFileRecord, _ match: ValueFileMatch, _ keys: inout ValueKeyTable,
    _ series: inout ValueSeriesTable
  ) -> Bool {
    let isMostRecent = kind.mode?.isMostRecent ?? false
    var index = match.count
    var at = match.at
    while at < end {
      guard let length = buffer.int32(at: at), length >= 0, length <= end - at - 4 else { return false }
      let key = at + 4
      let value = key + length + (8 - (length + 4) % 8)
      guard value <= end - 16 else { return false }
      let number = self.number(record.keys, index, at: key, length, &keys, &series)
      var meaning = keys.meaning(number)
      if case .slot = meaning, !keys.meet(number, reading: reading) { meaning = .skipped(.duplicate) }
      if index == record.keys.count {
        record.append(number, meaning)
      } else if record.keys[index] != number || record.meanings[index] != meaning {
        record.keys[index] = number
        record.meanings[index] = meaning
        record.values[index] = ValueFileRecord.absent
      }
      if isMostRecent { record.times[index] = buffer.double(at: value + 8) }
      take(buffer.double(at: value), &record, index)
      index += 1
      at = value + 16
    }
    record.cut(to: index)
    return true
  }

  @inline(__always) private func take(_ value: Double, _ record: inout ValueFileRecord, _ index: Int) {
    switch record.meanings[index] {
    case .slot(_, let role):
      if role.accepts(value) { record.values[index] = value } else { record.skipped.add(.value) }
    case .skipped(let reason): record.skipped.add(reason)
    }
  }

  /// The key at a place: the one that was there before, or one to look up.
  @inline(__always) private func number(
    _ known: [Int32], _ index: Int, at: Int, _ length: Int, _ keys: inout ValueKeyTable,
    _ series: inout ValueSeriesTable
  ) -> Int32 {
    if index < known.count, keys.isKey(known[index], buffer, at: at, count: length) { return known[index] }
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
