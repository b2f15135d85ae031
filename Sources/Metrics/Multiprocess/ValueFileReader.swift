// The state behind ``ValueFiles``: what is known of each file, and the base, which is what the files of ended workers add
// up to. A collection reads the files of running workers, looks at most once a file at the others (stat(2)), and adds the
// running ones to a copy of the base.
//
// A file system that keeps no times for mapped memory (tmpfs) does not show that an ended worker's file was written once
// more by a short-lived process of the same id; therefore a few such files are read again at each collection, in turn.
// SPDX-License-Identifier: Apache-2.0

/// Reads one directory of value files, again and again.
struct ValueFileReader: Sendable {
  private let path: String
  private let buffer = ReadBuffer()
  private var judge: WorkerJudge
  private var records: [ValueFileRecord] = []
  private var places: [String: Int] = [:]
  private var keys = [ValueKeyTable](repeating: ValueKeyTable(), count: ValueFileKind.all.count)
  private var guesses = [[Int32]](repeating: [], count: ValueFileKind.all.count)
  private(set) var series = ValueSeriesTable()
  private var base = ValueTotals()
  private var isBaseStale = false
  private var collection: UInt64 = 0
  private var reading: UInt64 = 0
  private var turn = 0
  /// Bytes that this collection has read or kept.
  private var bytes = 0
  private(set) var report = ValueFileReport()
  /// What the files added up to at the last collection.
  private(set) var totals = ValueTotals()

  init(path: String, liveness: WorkerLiveness) {
    self.path = path
    judge = WorkerJudge(liveness)
  }

  /// The files whose series have the label `pid`, by place.
  var perProcess: [Int] { records.indices.filter { records[$0].name.kind.mode?.isPerProcess ?? false } }

  /// Brings ``totals`` up to now.
  mutating func update() {
    forgetIfFull()
    collection &+= 1
    bytes = 0
    report.begin()
    if let directory = FileDirectory(path) {
      readAll(directory)
    } else {
      report.skipped.add(.unreadable)
    }
    removeUnseen()
    addUp()
    series.sort()
  }

  // MARK: Files

  private mutating func readAll(_ directory: borrowing FileDirectory) {
    let (listed, isWhole) = directory.names(ending: ValueFileName.ending, limit: MetricsLimits.valueDirectoryEntries)
    if !isWhole { report.skipped.add(.limit) }
    var names: [ValueFileName] = []
    names.reserveCapacity(listed.count)
    for text in listed {
      if let place = places[text] {
        names.append(records[place].name)
      } else if let name = ValueFileName(text) {
        names.append(name)
      } else {
        report.skipped.add(.name)
      }
    }
    if names.count > MetricsLimits.valueFiles {
      report.skipped.add(.limit, UInt64(names.count - MetricsLimits.valueFiles))
      names.removeLast(names.count - MetricsLimits.valueFiles)
    }
    let ended = judge.ended(names, in: directory)
    let again = again(among: names.count)
    for (index, name) in names.enumerated() {
      let isEnded = ended.contains(name.writer)
      if isEnded { report.ended &+= 1 } else { report.running &+= 1 }
      // A running process's gauge says nothing once the process is gone.
      if isEnded && name.kind.mode?.isLive ?? false { continue }
      let place = place(name)
      records[place].seen = collection
      if isEnded { fold(place, directory, again.contains(index)) } else { revive(place, directory) }
      report.skipped.add(records[place].skipped)
    }
  }

  private func again(among count: Int) -> Set<Int> {
    if count == 0 { return [] }
    return Set((0..<min(count, MetricsLimits.valueFilesReadAgain)).map { (turn &+ $0) % count })
  }

  private mutating func place(_ name: ValueFileName) -> Int {
    if let place = places[name.text] { return place }
    places[name.text] = records.count
    records.append(ValueFileRecord(name))
    return records.count - 1
  }

  /// An ended worker's file: read once, and again when its bytes may have changed.
  private mutating func fold(_ place: Int, _ directory: borrowing FileDirectory, _ isDue: Bool) {
    let isFolded = records[place].isFolded
    if isFolded && !isDue && directory.stamp(records[place].name.text) == records[place].stamp {
      bytes &+= records[place].cost
      return
    }
    let before = isFolded ? (records[place].keys, records[place].values, records[place].times) : nil
    let isRead = read(place, directory)
    if let before {
      let record = records[place]
      let isSame =
        before.0 == record.keys && before.2 == record.times
        && before.1.elementsEqual(record.values) { $0.bitPattern == $1.bitPattern }
      if !isSame { isBaseStale = true }
    } else if isRead || !records[place].keys.isEmpty {
      records[place].isFolded = true
      if !isBaseStale { isBaseStale = !addToBase(place) }
    }
  }

  /// A running worker's file.
  private mutating func revive(_ place: Int, _ directory: borrowing FileDirectory) {
    if records[place].isFolded {
      records[place].isFolded = false
      isBaseStale = true
    }
    _ = read(place, directory)
  }

  /// Reads a file into its record, which stays as it is when that fails.
  private mutating func read(_ place: Int, _ directory: borrowing FileDirectory) -> Bool {
    switch directory.open(records[place].name.text) {
    case .file(let file):
      guard let stamp = file.stamp else { return skip(.unreadable) }
      if !stamp.isRegular { return skip(.type) }
      if bytes > MetricsLimits.valueBytes { return skip(.limit) }
      guard let used = fill(file, records[place].used) else { return skip(.unreadable) }
      // The writer counts up after it has written; less than before means that the file was begun anew meanwhile.
      guard used >= 0, let now = file.head ?? (stamp.size < 4 ? 0 : nil), now >= used else { return skip(.torn) }
      if used > MetricsLimits.valueFileBytes { return skip(.limit) }
      records[place].stamp = stamp
      records[place].used = used
      bytes &+= used
      report.read &+= 1
      return walk(place, used)
    case .failed(let code):
      // Gone between the listing and now, as when a service removes the gauges of a worker that has ended.
      if code != FileDirectory.gone { return skip(code == FileDirectory.isLink ? .type : .unreadable) }
      records[place].seen = 0
      return false
    }
  }

  /// Reads the used part into the buffer, and gives its length as the file says it; nil when it cannot be read.
  private func fill(_ file: borrowing OpenFile, _ last: Int) -> Int? {
    let expected = last > 0 ? last + MetricsLimits.valueGrowthRead : MetricsLimits.valueFirstRead
    guard let got = buffer.read(file, expected) else { return nil }
    guard let used = buffer.int32(at: 0) else { return 0 }
    if used > got && got == expected && used <= MetricsLimits.valueFileBytes {
      guard buffer.readMore(file, used) != nil else { return nil }
    }
    return used
  }

  private mutating func walk(_ place: Int, _ used: Int) -> Bool {
    let kind = records[place].name.kind.place
    reading &+= 1
    let room = MetricsLimits.valueKeyTextBytes - keys[kind].byteCount
    if records[place].keys.isEmpty && used > ValueFileWalk.head { records[place].expect(guesses[kind]) }
    let walk = ValueFileWalk(buffer, records[place].name.kind, used: used, reading: reading, roomForKeys: room)
    let isWhole = walk.update(&records[place], guess: guesses[kind], &keys[kind], &series)
    // Equal lists share their memory.
    if records[place].keys == guesses[kind] {
      records[place].keys = guesses[kind]
    } else if records[place].keys.count >= guesses[kind].count {
      guesses[kind] = records[place].keys
    }
    if !isWhole || used > buffer.count { report.skipped.add(.torn) }
    return true
  }

  private mutating func skip(_ reason: ValueSkip) -> Bool {
    report.skipped.add(reason)
    return false
  }

  private mutating func removeUnseen() {
    var place = 0
    while place < records.count {
      if records[place].seen == collection {
        place += 1
        continue
      }
      if records[place].isFolded { isBaseStale = true }
      places[records[place].name.text] = nil
      let last = records.removeLast()
      if place < records.count {
        records[place] = last
        places[last.name.text] = place
      }
    }
    turn = records.isEmpty ? 0 : (turn &+ MetricsLimits.valueFilesReadAgain) % records.count
  }

  /// Starts from nothing when keys of files that are gone have filled the tables.
  private mutating func forgetIfFull() {
    let count = keys.reduce(0) { $0 + $1.count }
    let isFull = keys.contains {
      $0.count >= MetricsLimits.valueKeys || $0.byteCount > MetricsLimits.valueKeyTextBytes / 2
    }
    let inUse = records.reduce(0) { $0 + $1.keys.count }
    if !isFull || inUse > count / 2 { return }
    keys = [ValueKeyTable](repeating: ValueKeyTable(), count: ValueFileKind.all.count)
    guesses = [[Int32]](repeating: [], count: ValueFileKind.all.count)
    (series, base, isBaseStale, records, places) = (ValueSeriesTable(), ValueTotals(), false, [], [:])
  }

  // MARK: Totals

  private mutating func addUp() {
    if isBaseStale {
      base = ValueTotals()
      isBaseStale = false
      for place in records.indices where records[place].isFolded { _ = addToBase(place) }
    }
    base.grow(to: series.slotCount)
    totals = base
    for place in records.indices where !records[place].isFolded { Self.add(records[place], keys, to: &totals) }
  }

  private mutating func addToBase(_ place: Int) -> Bool {
    base.grow(to: series.slotCount)
    Self.add(records[place], keys, to: &base)
    return true
  }

  private static func add(_ record: ValueFileRecord, _ keys: [ValueKeyTable], to totals: inout ValueTotals) {
    let table = keys[record.name.kind.place]
    let mode = record.name.kind.mode
    for index in record.keys.indices {
      let value = record.values[index]
      guard !value.isAbsent, case .slot(let slot, _) = table.meaning(record.keys[index]) else { continue }
      switch mode {
      case nil, .sum, .livesum: totals.add(value, to: slot)
      case .min, .livemin: totals.least(value, to: slot)
      case .max, .livemax: totals.greatest(value, to: slot)
      case .mostrecent, .livemostrecent: totals.latest(value, at: record.times[index], to: slot)
      case .all, .liveall: break
      }
    }
  }

  // MARK: What is written

  /// The series of one per-process file, with their values.
  mutating func perProcessSeries(_ place: Int) -> [(series: Int32, labels: LabelSet, value: Double)] {
    let table = keys[records[place].name.kind.place]
    if records[place].labelledKeys != records[place].keys {
      records[place].labelledKeys = records[place].keys
      let pid = records[place].name.writer
      records[place].labels = records[place].keys.map { key in
        guard case .slot(let slot, _) = table.meaning(key) else { return .empty }
        return series.series[Int(series.owners[Int(slot)])].labels.adding([("pid", pid)])
      }
    }
    var found: [(series: Int32, labels: LabelSet, value: Double)] = []
    for (index, key) in records[place].keys.enumerated() where !records[place].values[index].isAbsent {
      guard case .slot(let slot, _) = table.meaning(key) else { continue }
      found.append((series.owners[Int(slot)], records[place].labels[index], records[place].values[index]))
    }
    return found
  }

  /// Counts what could not be written.
  mutating func skipSeries(_ reason: ValueSkip) { report.skipped.add(reason) }
}
