// The state behind ``ValueFiles``: what is known of each file, and the base, which is what the files of ended workers add
// up to. A collection reads the files of running workers, which it keeps open as far as it may, looks at most once a file
// at the others (stat(2)), and adds the running ones to a copy of the base. Reading is most of the cost: what is in the
// file's pages must be copied and compared, because a mapped file's times do not tell that a worker has counted.
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
  /// Of each kind a record whose keys the next new file may have too.
  private var guesses = ValueFileKind.all.map { ValueFileRecord(ValueFileName(kind: $0, writer: "")) }
  private var names = ValueFileNames()
  /// The record of each name, or -1.
  private var placeOfName: [Int] = []
  private var arePlacesStale = true
  private var match = ValueFileMatch()
  /// How many files are kept open, and may be.
  private(set) var kept = 0
  private var roomForKept = 0
  private var mayKeep = true
  private let descriptors: @Sendable () -> Int
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

  /// `descriptors` says how many the process may have.
  init(path: String, liveness: WorkerLiveness, descriptors: @escaping @Sendable () -> Int = { OpenFile.limit }) {
    self.path = path
    self.descriptors = descriptors
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
    makeRoom()
    if let directory = directory() {
      readAll(directory)
    } else {
      report.skipped.add(.unreadable)
    }
    removeUnseen()
    addUp()
    series.sort()
  }

  // MARK: Files

  private mutating func directory() -> FileDirectory? {
    if let directory = FileDirectory(path) { return directory }
    return FileDirectory.isFull(FileDirectory.error) && closeKept() ? FileDirectory(path) : nil
  }

  private mutating func readAll(_ directory: borrowing FileDirectory) {
    if names.update(directory) {
      judge.meet(names.names)
      arePlacesStale = true
    }
    if arePlacesStale {
      placeOfName = names.names.map { places[$0.text] ?? -1 }
      places.reserveCapacity(placeOfName.count)
      records.reserveCapacity(placeOfName.count)
      arePlacesStale = false
    }
    report.skipped.add(names.skipped)
    judge.look(in: directory)
    for index in placeOfName.indices {
      let isEnded = judge.hasEnded(index)
      if isEnded { report.ended &+= 1 } else { report.running &+= 1 }
      // A running process's gauge says nothing once the process is gone.
      if isEnded && names.names[index].kind.mode?.isLive ?? false { continue }
      let place = place(index)
      records[place].seen = collection
      if isEnded { fold(place, directory, isDue(index)) } else { revive(place, directory, names.inode(index)) }
      if !records[place].skipped.counts.isEmpty { report.skipped.add(records[place].skipped) }
    }
  }

  /// True for a few names in turn.
  private func isDue(_ index: Int) -> Bool {
    let count = names.names.count
    return (index &- turn % count &+ count) % count < MetricsLimits.valueFilesReadAgain
  }

  private mutating func place(_ index: Int) -> Int {
    if placeOfName[index] >= 0 { return placeOfName[index] }
    let name = names.names[index]
    places[name.text] = records.count
    placeOfName[index] = records.count
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
    close(place)
    let before = isFolded ? (records[place].keys, records[place].values, records[place].times) : nil
    let isRead = open(place, directory, keepingAs: nil)
    if let before {
      let record = records[place]
      let isSame =
        before.0 == record.keys && before.2 == record.times
        && before.1.elementsEqual(record.values) { $0.bitPattern == $1.bitPattern }
      if !isSame { isBaseStale = true }
    } else if isRead || !records[place].keys.isEmpty {
      records[place].isFolded = true
      if !isBaseStale { addToBase(place) }
    }
  }

  /// A running worker's file, whose directory entry has this inode number.
  private mutating func revive(_ place: Int, _ directory: borrowing FileDirectory, _ inode: UInt64) {
    if records[place].isFolded {
      records[place].isFolded = false
      isBaseStale = true
    }
    if let kept = records[place].kept {
      if kept.isListed(as: inode) {
        if takeSame(place, kept.file) { return }
        if kept.isOpen {
          _ = take(place, kept.file)
          return
        }
      }
      close(place)
    }
    _ = open(place, directory, keepingAs: inode)
  }

  /// Closes a file that was kept open.
  private mutating func close(_ place: Int) {
    if records[place].kept == nil { return }
    records[place].kept = nil
    kept -= 1
  }

  /// Closes all files and keeps none any more, for a process that has no descriptors left; false when there were none.
  private mutating func closeKept() -> Bool {
    let hadAny = kept > 0
    mayKeep = false
    makeRoom()
    return hadAny
  }

  /// Asks how many files may stay open, and closes what is more.
  private mutating func makeRoom() {
    let room = min(MetricsLimits.valueFilesKeptOpen, descriptors() / MetricsLimits.descriptorsPerKeptFile)
    roomForKept = mayKeep ? room : 0
    if kept <= roomForKept { return }
    for place in records.indices.reversed() where kept > roomForKept { close(place) }
  }

  /// Opens a file and reads it into its record, which stays as it is when that fails. A file that is the one of inode
  /// `inode` may be kept open.
  private mutating func open(
    _ place: Int, _ directory: borrowing FileDirectory, keepingAs inode: UInt64?
  ) -> Bool {
    switch directory.open(records[place].name.text) {
    case .file(let file):
      guard let stamp = file.stamp else { return skip(.unreadable) }
      if !stamp.isRegular { return skip(.type) }
      if !take(place, file) { return false }
      records[place].stamp = stamp
      if stamp.inode == inode && kept < roomForKept {
        records[place].kept = KeptFile(file, stamp)
        kept += 1
      }
      return true
    case .failed(let code):
      if FileDirectory.isFull(code) && closeKept() { return open(place, directory, keepingAs: nil) }
      // Gone between the listing and now, as when a service removes the gauges of a worker that has ended.
      if code != FileDirectory.gone { return skip(code == FileDirectory.isLink ? .type : .unreadable) }
      records[place].seen = 0
      return false
    }
  }

  /// Reads a file whose entries are those of the last reading; false when they are not. That all keys are in place also
  /// tells that the file was not begun anew meanwhile, and that the descriptor is no other file's.
  private mutating func takeSame(_ place: Int, _ file: borrowing OpenFile) -> Bool {
    let used = records[place].used
    if bytes > MetricsLimits.valueBytes { return false }
    guard let got = buffer.read(file, used + MetricsLimits.valueGrowthRead), got >= used, buffer.int32(at: 0) == used
    else { return false }
    keys[records[place].name.place].match(records[place].keys, buffer, end: used, &match)
    if match.at != used || match.count != records[place].keys.count { return false }
    walk(place, used)
    return true
  }

  private mutating func take(_ place: Int, _ file: borrowing OpenFile) -> Bool {
    let kind = records[place].name.place
    let isNew = records[place].keys.isEmpty
    if bytes > MetricsLimits.valueBytes { return skip(.limit) }
    let expected = isNew ? guesses[kind].used : records[place].used
    guard let used = Self.fill(buffer, file, expected) else { return skip(.unreadable) }
    if used < 0 { return skip(.torn) }
    keys[kind].match(isNew ? guesses[kind].keys : records[place].keys, buffer, end: used, &match)
    // The writer counts up after it has written; less than before means that the file was begun anew meanwhile.
    if match.at != used {
      guard let now = file.head ?? (buffer.count < 4 ? 0 : nil), now >= used else { return skip(.torn) }
    }
    if used > MetricsLimits.valueFileBytes { return skip(.limit) }
    if isNew && match.count > 0 { records[place].expect(guesses[kind]) }
    walk(place, used)
    return true
  }

  /// Reads the used part into the buffer, and gives its length as the file says it; nil when it cannot be read.
  private static func fill(_ buffer: ReadBuffer, _ file: borrowing OpenFile, _ last: Int) -> Int? {
    let expected = last > 0 ? last + MetricsLimits.valueGrowthRead : MetricsLimits.valueFirstRead
    guard let got = buffer.read(file, expected) else { return nil }
    guard let used = buffer.int32(at: 0) else { return 0 }
    if used > got && got == expected && used <= MetricsLimits.valueFileBytes {
      guard buffer.readMore(file, used) != nil else { return nil }
    }
    return used
  }

  /// Takes what the buffer holds into a record.
  private mutating func walk(_ place: Int, _ used: Int) {
    let kind = records[place].name.place
    reading &+= 1
    bytes &+= used
    report.read &+= 1
    records[place].used = used
    let room = MetricsLimits.valueKeyTextBytes - keys[kind].byteCount
    let walk = ValueFileWalk(buffer, records[place].name.kind, used: used, reading: reading, roomForKeys: room)
    let isWhole = walk.update(&records[place], match, &keys[kind], &series)
    if !isWhole || used > buffer.count { report.skipped.add(.torn) }
    if match.at == used && match.count == records[place].keys.count { return }
    // Equal lists share their memory.
    if records[place].keys == guesses[kind].keys {
      records[place].share(guesses[kind])
    } else if records[place].keys.count >= guesses[kind].keys.count {
      guesses[kind].share(records[place])
      guesses[kind].used = used
    }
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
      close(place)
      arePlacesStale = true
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
    for place in guesses.indices { guesses[place] = ValueFileRecord(guesses[place].name) }
    (kept, arePlacesStale) = (0, true)
    (series, base, isBaseStale, records, places) = (ValueSeriesTable(), ValueTotals(), false, [], [:])
  }

  // MARK: Totals

  private mutating func addUp() {
    if isBaseStale {
      base = ValueTotals()
      isBaseStale = false
      for place in records.indices where records[place].isFolded { addToBase(place) }
    }
    base.grow(to: series.slotCount)
    totals = base
    for place in records.indices where !records[place].isFolded {
      totals.add(records[place].mode, records[place].values, records[place].meanings, records[place].times)
    }
  }

  private mutating func addToBase(_ place: Int) {
    base.grow(to: series.slotCount)
    base.add(records[place].mode, records[place].values, records[place].meanings, records[place].times)
  }

  // MARK: What is written

  /// The series of one per-process file, with their values.
  mutating func perProcessSeries(_ place: Int) -> [(series: Int32, labels: LabelSet, value: Double)] {
    let table = keys[records[place].name.place]
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
