// Looks among what is there now for the files that the life before was reading. A file that was renamed is known by its
// identity, whatever it is called; one that was copied and cut, moved to another disk or compressed, by its contents. The
// number of the device is no part of it: many file systems get another one at each start of the machine.
//
// When another file stands at the path, those that were rotated in between and never seen are taken by their names and
// times; so are they when that happens to a running tail between two looks. Directories of logs may be large: names and
// inodes come from one listing, and only what fits is opened. While names are given on, from app.log.1 to app.log.2, a file
// may have none that was listed: then the search is made anew.
// SPDX-License-Identifier: Apache-2.0

/// One search, done once at the start, and when another file took the path. May block where the file system does.
struct TailSearch {
  /// Where the next search goes on when there were more files than are read at the same time.
  struct Rest: Hashable, Sendable {
    /// The birth of the last one that was taken.
    let birth: Int64
    /// What the first of the searches knew; nil where files have no birth, and the time of writing must do.
    let since: Int64?
    /// That one was made at the start.
    let isOfStart: Bool
  }

  /// The files that were found, oldest first.
  private(set) var files: [TailFile] = []
  /// Compressed files that may be those that were not.
  private(set) var archives: [TailArchive] = []
  /// Those that are nowhere.
  private(set) var missing: [SavedFile] = []
  /// For the next search, when there is more to be found.
  private(set) var rest: Rest?
  /// What the path meant last.
  private(set) var latest: FileIdentity?

  private let path: String
  /// Where the files were found.
  private var places: [String] = []
  private let saved: SavedLog
  /// The files that are read already, beside which a running tail searches.
  private let open: [TailFile]
  /// What was read last and is not open: by the life before, before it was deleted, or before a cut.
  private let originals: [SavedFile]
  /// The file that came last of those that are known, and when any of them was last written to as far as was seen.
  private let newest: SavedFile?
  private let since: Int64
  /// What the search before had to leave.
  private let former: Rest?
  /// What stood at the path before the directory was listed.
  private let there: FileIdentity?
  /// The latest birth of a file that counts as rotated before it: a listing may lack names that came while it was made,
  /// as those of a running writer, and only those of older files were all there before.
  private let lastBirth: Int64
  private let siblings: [(path: String, inode: UInt64)]
  private let prefix: String
  private let names: LogNames

  /// Lists the directory of `path`, and that of the file which it means. A running tail has `open` files, knows when any
  /// was last written to before its last look, `since`, and which file is `there`; then only names like the log's count.
  /// `former` is what the search before had to leave, when `saved` does not say it.
  init(
    _ path: String, _ saved: SavedLog, open: [TailFile] = [], since: Int64? = nil, there: FileIdentity? = nil,
    former: Rest? = nil
  ) throws(SystemError) {
    let former = former ?? saved.unfound
    let there = former?.isOfStart == true ? nil : there
    self.path = path
    self.there = there ?? (try? FileStatus.of(path))?.identity
    lastBirth = there?.birth ?? .max
    self.saved = saved
    self.open = open
    // Of two that came at the same moment the later one is first.
    let known = saved.files.reversed() + saved.closed.reversed()
    newest = known.max { $0.began < $1.began }
    self.former = former
    self.since = former?.since ?? since ?? known.map(\.modified).max() ?? .max
    // Those that are open are compared themselves.
    let read = (saved.files + [newest].compactMap { $0 }).filter { old in
      !open.contains { $0.identity == old.identity }
    }
    originals = (read.map(\.hashed) + open.compactMap(\.former)).filter(\.print.isTelling)
    names = LogNames(path)
    prefix = there == nil ? "" : names.stem
    siblings = try Self.siblings(path, prefix)
  }

  /// Does a search, by `body`, until no name of a rotated file changed meanwhile, a limited number of times; what the
  /// earlier ones said is forgotten.
  static func repeated(
    _ batch: inout TailBatch, _ body: (inout TailBatch) throws(SystemError) -> TailSearch
  ) throws(SystemError) -> TailSearch {
    var turn = 1
    while true {
      var trial = batch
      let search = try body(&trial)
      if turn == Limits.tailSearches || search.isStill {
        batch = trial
        return search
      }
      turn += 1
    }
  }

  /// Whether the names of what may be rotated files are those of the search's beginning.
  private var isStill: Bool {
    guard let now = try? Self.siblings(path, prefix) else { return true }
    return places(siblings) == places(now)
  }

  /// Finds all it can; what is not found is said and counted.
  mutating func run(_ batch: inout TailBatch, _ now: Moment) {
    latest = saved.files.last?.identity
    for old in saved.files {
      var rewritten: String?
      if let (file, place) = byIdentity(old, &rewritten, &batch, now) ?? byContents(old, rewritten != nil, now) {
        if place != path { batch.events.append(.found(place)) }
        places.append(place)
        if old.identity == latest { latest = file.identity }
        add(file)
      } else {
        let compressed = archives(of: old)
        if compressed.isEmpty {
          Self.lose(old, &batch, isRewritten: rewritten != nil)
          if rewritten == nil { missing.append(old) }
        } else {
          archives.append(TailArchive(old, in: compressed))
        }
      }
      // Cut, and perhaps renamed after that.
      if let rewritten { addFromStart(rewritten, isCut: true, &batch, now) }
    }
    // Of a file of which nothing was read, nothing tells whether it was cut.
    if former != nil || !files.contains(where: { $0.identity == there && $0.offset > 0 }) { addUnseen(&batch, now) }
    for file in files where file.identity != there { file.replacedAt = now }
    // The path's own comes last.
    files = files.filter { $0.replacedAt != nil } + files.filter { $0.replacedAt == nil }
  }

  /// Counts what is missed of a file that is nowhere.
  static func lose(_ old: SavedFile, _ batch: inout TailBatch, isRewritten: Bool = false) {
    if old.hasPartialLine { batch.partialLines &+= 1 }
    batch.lostBytes &+= UInt64(old.unread)
    if isRewritten {
      batch.events.append(.truncated(lost: old.unread))
    } else if old.size > 0 {
      batch.events.append(.vanished(lost: old.unread))
    }
  }

  private mutating func add(_ file: TailFile) {
    if !files.contains(where: { $0.identity == file.identity }) { files.append(file) }
  }

  private mutating func addFromStart(
    _ place: String, isCut: Bool = false, _ batch: inout TailBatch, _ now: Moment
  ) {
    guard let descriptor = try? FileDescriptor.openForTail(place), let status = try? descriptor.status(),
      status.oddity == nil,
      let file = try? TailFile(descriptor, status, at: nil, began: isCut ? status.modified : nil, now: now)
    else { return miss(place, &batch) }
    add(file)
    places.append(place)
    if place == path { return }
    batch.rotations &+= 1
    batch.events.append(.found(place))
  }

  /// Counts a file that is there and cannot be read, as when no descriptor is left for it.
  private func miss(_ place: String, _ batch: inout TailBatch) {
    guard let status = try? FileStatus.of(place), status.oddity == nil else { return }
    batch.lostBytes &+= UInt64(status.size)
    batch.events.append(.vanished(lost: status.size))
  }

  private func places(_ found: [(path: String, inode: UInt64)]) -> [String: UInt64] {
    Dictionary(found.filter { names.isCopy($0.path) }) { first, _ in first }
  }

  private static func siblings(
    _ path: String, _ prefix: String
  ) throws(SystemError) -> [(path: String, inode: UInt64)] {
    let folder = FileReplacement.parent(path)
    var found = try list(folder, prefix)
    if let real = try? Directory.real(path), FileReplacement.parent(real) != (try? Directory.real(folder)) {
      found += (try? list(FileReplacement.parent(real), prefix)) ?? []
    }
    return found
  }

  private static func list(_ folder: String, _ prefix: String) throws(SystemError) -> [(path: String, inode: UInt64)] {
    let start = folder == "/" ? "/" : folder + "/"
    return try Directory.inodes(folder, prefix: prefix, limit: Limits.tailSiblings).map { (start + $0.name, $0.inode) }
  }

  /// The file itself, wherever it is now.
  private func byIdentity(
    _ old: SavedFile, _ rewritten: inout String?, _ batch: inout TailBatch, _ now: Moment
  ) -> (TailFile, String)? {
    let named = siblings.filter { $0.inode == old.identity.inode && $0.path != path }.map(\.path)
    for place in [path] + named {
      guard let descriptor = try? FileDescriptor.openForTail(place), let status = try? descriptor.status(),
        status.oddity == nil, old.identity.isSameFile(as: status.identity)
      else { continue }
      guard let start = try? TailStart(descriptor, size: status.size, after: old) else {
        if old.identity == status.identity {
          rewritten = place
          batch.truncations &+= 1
        }
        continue
      }
      // Of a file without contents nothing but the device's number tells that it is not another disk's.
      if start.offset == 0, old.identity != status.identity { continue }
      if start.offset < old.offset {
        batch.truncations &+= 1
        batch.lostBytes &+= UInt64(old.unread)
      }
      return (try? TailFile(descriptor, status, at: start, began: old.began, now: now)).map { ($0, place) }
    }
    return nil
  }

  /// A copy of the file: all that was read of it stands in there. Little of it is enough when the file was cut, for
  /// which it is copied before as a rule.
  private func byContents(_ old: SavedFile, _ isRewritten: Bool, _ now: Moment) -> (TailFile, String)? {
    if !isRewritten, !old.print.isTelling { return nil }
    let copies = siblings.map(\.path).filter { $0 != path && names.isCopy($0) && !$0.hasSuffix(".gz") }
    // Of several copies the last one has most.
    for place in [path] + recent(copies, since: old.modified).reversed() {
      guard let descriptor = try? FileDescriptor.openForTail(place), let status = try? descriptor.status(),
        status.oddity == nil, status.size >= old.offset, !isKnown(status.identity),
        let start = try? TailStart(descriptor, size: status.size, after: old), start.offset == old.offset
      else { continue }
      return (try? TailFile(descriptor, status, at: start, began: old.began, now: now)).map { ($0, place) }
    }
    return nil
  }

  private func archives(of old: SavedFile) -> [String] {
    if !old.print.isTelling { return [] }
    return recent(siblings.map(\.path).filter { $0.hasSuffix(".gz") && names.isCopy($0) }, since: old.modified)
  }

  /// Finds the files that came and went at the path since `saved` was looked at, before the one that stands there now.
  mutating func runBetween(_ batch: inout TailBatch, _ now: Moment) {
    addUnseen(&batch, now)
    for file in files { file.replacedAt = now }
    latest = files.last?.identity
  }

  /// Files that came and went at the path while nobody looked, in the order in which they came. Copies that were made of
  /// a file which is read anyway are none.
  private mutating func addUnseen(_ batch: inout TailBatch, _ now: Moment) {
    guard let newest else { return }
    let rotated = siblings.map(\.path).filter { $0 != path && names.isRotated($0) }
    var known = open.map { TailTwin.open($0) } + (places + [path]).map { TailTwin.path($0) }
    var unseen: [(place: String, birth: Int64)] = []
    // The latest first: what a file and a copy of it have in common, the file has longer.
    for place in recent(rotated, since: since).reversed() {
      guard let status = try? FileStatus.of(place), !isKnown(status.identity), status.identity != there,
        isBorn(place, status.identity.birth, after: newest), status.identity.birth <= lastBirth,
        status.changed > status.modified || !names.isDoubtful(place), !isBegun(place, status.identity),
        !files.contains(where: { $0.identity == status.identity }),
        !known.contains(where: { $0.isSame(as: .path(place)) }), !isCopy(place, of: originals)
      else { continue }
      known.append(.path(place))
      unseen.insert((place, status.identity.birth), at: 0)
    }
    // The next search takes none that came before these. Without a time of birth they are in the order of writing.
    unseen = unseen.enumerated().sorted { ($0.element.birth, $0.offset) < ($1.element.birth, $1.offset) }.map(\.element)
    if unseen.count > Limits.tailUnseen {
      let birth = unseen[Limits.tailUnseen - 1].birth
      rest = Rest(birth: birth, since: birth == 0 ? nil : since, isOfStart: lastBirth == .max)
    }
    for (place, _) in unseen.prefix(Limits.tailUnseen) { addFromStart(place, &batch, now) }
  }

  /// Whether a file is younger than the path's own and has no line yet: a copy of that which is just being made, as before
  /// a cut. What it will have is read in the file itself.
  private func isBegun(_ place: String, _ identity: FileIdentity) -> Bool {
    guard let there, identity.birth > there.birth else { return false }
    return !TailTwin.path(place).hasLine
  }

  /// Whether a file is younger than what was read: a copy that was made before a file was cut, and the cut was seen, is
  /// not. The file system's clock may stand still from the copy over the cut to the next file: then contents must tell.
  private func isBorn(_ place: String, _ birth: Int64, after old: SavedFile) -> Bool {
    if let former { return birth >= former.birth }
    if birth == 0 || birth > old.began { return true }
    if birth < old.began || old.began == old.identity.birth { return birth == old.began }
    guard let former = open.first(where: { $0.identity == old.identity })?.former else { return false }
    return !isCopy(place, of: [former])
  }

  /// Whether a file begins with all that was read of another, or is all the beginning of one that was written on after
  /// the file was made.
  private func isCopy(_ place: String, of originals: [SavedFile]) -> Bool {
    guard let descriptor = try? FileDescriptor.openForTail(place), let status = try? descriptor.status() else {
      return false
    }
    return originals.contains { old in
      guard let same = try? old.print.common(descriptor, size: status.size), same > 0 else { return false }
      return same == old.offset || same == status.size && status.identity.birth <= old.modified
    }
  }

  /// Regular files that were written to since a moment, the least recent ones first.
  private func recent(_ paths: [String], since moment: Int64) -> [String] {
    var found: [(path: String, modified: Int64)] = []
    for path in paths {
      guard let status = try? FileStatus.of(path), status.oddity == nil,
        status.modified >= moment &- Limits.tailCopySlack
      else { continue }
      found.append((path, status.modified))
    }
    return found.sorted { ($0.modified, $0.path) < ($1.modified, $1.path) }.map(\.path)
  }

  private func isKnown(_ identity: FileIdentity) -> Bool {
    (saved.files + saved.closed).contains { $0.identity.isSameFile(as: identity) }
  }
}
