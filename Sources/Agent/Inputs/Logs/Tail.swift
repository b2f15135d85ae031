// Follows a path as operators mean it: through renames, copies, deletions, truncations, links that are turned and files
// that come late. Each poll asks what the path means now, reads every file that stood there and may still be written
// to, oldest first, and says what changed. Nothing here waits or knows a loop: time and budget are passed in.
//
// A tail may begin where another life left: then what stood at the path is looked for first, see TailSearch.
//
// Known bounds. A file that came and went between two polls is found when it was rotated under a name like the log's, see
// TailSearch, and not when it was deleted. Lines written between the copy and the cut of a copytruncate cannot be known;
// what was seen and not read is counted.
// SPDX-License-Identifier: Apache-2.0

/// The files behind one path. Not thread-safe; may block where the file system does.
struct Tail {
  private enum State: Hashable {
    case unknown, waiting, open
    case unreadable(String)
  }

  private let path: String
  private var files: [TailFile] = []
  private var closed = TailPast()
  /// Where the life before left, until that is looked for.
  private var before: SavedLog?
  /// Compressed rests of files, to be read before the files.
  private var archives: [TailArchive] = []
  /// The files that the search found are read to their ends before another is opened: none is given up for it.
  private var isDraining = false
  /// The file that was closed because it was silent, and its status then: it is opened again when that changes.
  private var dormant: Parked<(saved: SavedFile, status: FileStatus)>?
  /// What the last search had to leave for the next.
  private var unfound: TailSearch.Rest?
  /// There are too many open files: replaced ones are kept for a shorter time.
  var isCrowded = false
  /// What the last position said.
  private var said: SavedLog.Place?
  private var state = State.unknown
  /// The file that was there at the start and its size then, when it is not to be read from its beginning.
  private var first: (identity: FileIdentity, size: Int64)?
  /// The file that the path meant last.
  private var latest: FileIdentity?
  private var isFirstLook = true
  /// A file that could be opened and not read, and when: it is left alone for a while.
  private var failed: (identity: FileIdentity, at: Moment)?
  private let fromStart: Bool
  private let keepsPlace: Bool

  /// Will follow `path`. What is in the file at the first poll is only read when `fromStart`. When it `keepsPlace`,
  /// batches say where they leave the files.
  init(path: String, fromStart: Bool, keepsPlace: Bool = false) {
    self.path = path
    self.fromStart = fromStart
    self.keepsPlace = keepsPlace
  }

  /// Begins where the life before left: at the same lines of the same files, whatever their names are now. What took
  /// their place meanwhile is read from its start.
  mutating func resume(_ saved: SavedLog) { before = saved }

  /// Looks at the path and reads at most `budget` bytes of what is new.
  mutating func poll(budget: Int, at now: Moment) -> TailBatch {
    var batch = TailBatch()
    if !wake(&batch, now) || !search(&batch, now) { return batch }
    let current = isDraining ? nil : look(&batch, now)
    var left = budget
    readArchives(&left, &batch)
    for file in files where left > 0 {
      let start = file.offset
      do throws(SystemError) {
        try file.read(&left, into: &batch, at: now)
        if file === current { announce(file, start, &batch) }
      } catch {
        fail(file, error, isCurrent: file === current, &batch, now)
      }
    }
    if left <= 0 || isDraining { batch.hasMore = true }
    if left > 0 { isDraining = false }
    retire(&batch, now)
    if !isDraining { makeRoom(&batch, now) }
    if let current { watch(current, &batch, now) }
    if !files.isEmpty {
      batch.lagBytes = files.reduce(0) { $0 + $1.unread }
      batch.lagSince = files.compactMap(\.unreadSince).min { $0.boot < $1.boot }
    }
    place(&batch)
    return batch
  }

  /// Lets go of a file that grows and cannot be read on, as a stale handle of a network disk: the next look opens it again
  /// where it was left.
  private mutating func watch(_ file: TailFile, _ batch: inout TailBatch, _ now: Moment) {
    guard let stalledAt = file.stalledAt, now.seconds(since: stalledAt) >= Limits.tailStalledSeconds,
      files.contains(where: { $0 === file })
    else { return }
    batch.reopened &+= 1
    batch.events.append(.reopened)
    close(file)
  }

  /// What the path says while there is nothing to do here; nil when the files themselves must be looked at.
  var rest: TailRest? {
    if let dormant { return state == .open ? TailRest(dormant.value.status) : nil }
    if before != nil || isFirstLook || first != nil || isDraining || unfound != nil || !archives.isEmpty { return nil }
    if files.isEmpty { return state == .waiting ? .nothing : nil }
    guard files.count == 1, state == .open, let file = files.first, file.replacedAt == nil, file.endsSeen > 0,
      file.status.links > 0, file.offset == file.status.size
    else { return nil }
    return TailRest(file.status)
  }

  /// How many files are open.
  var openFiles: Int { files.count }

  /// Closes a file of which all is read; the next poll opens it again where it was left. A line that is not complete
  /// keeps it open.
  mutating func close() {
    guard dormant == nil, before == nil, first == nil, !isDraining, unfound == nil, archives.isEmpty, files.count == 1,
      state == .open, let file = files.first, file.replacedAt == nil, file.endsSeen > 0, !file.hasPartialLine,
      file.status.links > 0
    else { return }
    dormant = Parked((file.saved, file.status))
    files = []
  }

  /// Opens what was closed while it was silent; false when that cannot be done now. When another file has its path, it is
  /// looked for as after a restart.
  private mutating func wake(_ batch: inout TailBatch, _ now: Moment) -> Bool {
    guard let (saved, status) = dormant?.value else { return true }
    do throws(SystemError) {
      let descriptor = try FileDescriptor.openForTail(path)
      if try descriptor.status().identity == status.identity, case .bytes(let proof) = saved.evidence {
        let file = TailFile(
          descriptor, status, again: proof, isInside: saved.isInside, began: saved.began, now: now)
        file.isAnnounced = true
        files = [file]
        dormant = nil
        return true
      }
    } catch {
      if !error.isGone {
        enter(error, &batch)
        return false
      }
    }
    before = SavedLog(files: [saved], closed: closed.files)
    dormant = nil
    return true
  }

  /// Says where the files are left when that changed, and is not still to be found out.
  private mutating func place(_ batch: inout TailBatch) {
    if !keepsPlace || isFirstLook || first != nil { return }
    // The rest of a search goes by births, of which there may be many alike.
    let done = closed.files.suffix(unfound == nil ? Limits.checkpointClosed : Limits.tailRemembered)
    let places = archives.map(\.saved.place) + files.map(\.place) + done.map(\.place)
    let place = SavedLog.Place(files: places, unfound: unfound)
    if place == said { return }
    said = place
    // Bytes, which the files have anyway; they are hashed when a checkpoint is written.
    let open = archives.map(\.saved) + files.map(\.saved)
    batch.position = SavedLog(files: open, closed: Array(done), unfound: unfound)
  }

  /// Looks once for what the life before was reading; false while that cannot be done.
  private mutating func search(_ batch: inout TailBatch, _ now: Moment) -> Bool {
    guard let saved = before else { return true }
    do throws(SystemError) {
      let search = try TailSearch.repeated(&batch) { trial throws(SystemError) in
        var search = try TailSearch(path, saved)
        search.run(&trial, now)
        return search
      }
      files = search.files
      archives = search.archives
      closed = TailPast(saved.closed)
      for file in search.missing { closed.keep(file, isDeleted: true) }
      latest = search.latest
      unfound = search.rest
      isDraining = !files.isEmpty || !archives.isEmpty
    } catch {
      enter(error, &batch)
      return false
    }
    before = nil
    isFirstLook = false
    return true
  }

  private mutating func readArchives(_ left: inout Int, _ batch: inout TailBatch) {
    while left > 0, let archive = archives.first {
      switch archive.read(&left, into: &batch) {
      case .open: continue
      case .over: if archive.hasPartialLine { batch.partialLines &+= 1 }
      case .missing: TailSearch.lose(archive.saved, &batch)
      }
      archives.removeFirst()
      closed.keep(archive.saved, isDeleted: true)
    }
  }

  private mutating func enter(_ next: State, _ event: TailEvent?, _ batch: inout TailBatch) {
    if state == next { return }
    state = next
    if let event { batch.events.append(event) }
  }

  private mutating func enter(_ error: SystemError, _ batch: inout TailBatch) {
    if error.isGone { return enter(.waiting, .waiting, &batch) }
    enter(.unreadable(error.reason), .unreadable(error.reason), &batch)
  }

  /// The path's own file was read: only that shows that it can be.
  private mutating func announce(_ file: TailFile, _ start: Int64, _ batch: inout TailBatch) {
    batch.identity = file.identity
    if state == .open, file.isAnnounced { return }
    file.isAnnounced = true
    state = .open
    batch.events.append(.opened(at: start))
  }

  /// Asks what the path means now; the file, when it is open.
  private mutating func look(_ batch: inout TailBatch, _ now: Moment) -> TailFile? {
    do throws(SystemError) {
      let there = try FileStatus.of(path)
      if isFirstLook, !fromStart { first = (there.identity, there.size) }
      isFirstLook = false
      if first?.identity != there.identity || there.oddity != nil { first = nil }
      if unfound == nil, let known = place(of: there.identity) { return follow(known, now) }
      if there.isPipe {
        batch.meetsPipe = true
        state = .unknown
        return nil
      }
      if let oddity = there.oddity {
        enter(.unreadable(oddity), .unreadable(oddity), &batch)
        return nil
      }
      if let failed, failed.identity == there.identity, now.seconds(since: failed.at) < Limits.tailRetrySeconds {
        return nil
      }
      return try open(&batch, now)
    } catch {
      if error.isGone { (isFirstLook, first) = (false, nil) }
      enter(error, &batch)
      return nil
    }
  }

  private func place(of identity: FileIdentity) -> Int? { files.firstIndex { $0.identity == identity } }

  /// Makes a file that is open already the path's own.
  private mutating func follow(_ index: Int, _ now: Moment) -> TailFile {
    let file = files[index]
    if index == files.count - 1, file.replacedAt == nil { return file }
    files.remove(at: index)
    for other in files where other.replacedAt == nil { other.replacedAt = now }
    file.replacedAt = nil
    latest = file.identity
    files.append(file)
    return file
  }

  /// Opens what stands at the path. Which file that is, the descriptor says: the path may mean another one already.
  private mutating func open(_ batch: inout TailBatch, _ now: Moment) throws(SystemError) -> TailFile? {
    let descriptor = try FileDescriptor.openForTail(path)
    let status = try descriptor.status()
    if unfound == nil, let known = place(of: status.identity) { return follow(known, now) }
    if let oddity = try TailFile.oddity(descriptor, status) {
      failed = (status.identity, now)
      enter(.unreadable(oddity), .unreadable(oddity), &batch)
      return nil
    }
    if unfound != nil || latest != nil && latest != status.identity, findBetween(status.identity, &batch, now) {
      return nil
    }
    if let known = place(of: status.identity) { return follow(known, now) }
    let file = try start(descriptor, status, &batch, now)
    if let failed, failed.identity == status.identity { batch.reopened &+= 1 }
    failed = nil
    if let latest, latest != status.identity {
      batch.rotations &+= 1
      batch.events.append(.rotated)
    }
    for other in files where other.replacedAt == nil { other.replacedAt = now }
    files.append(file)
    latest = status.identity
    first = nil
    return file
  }

  /// Looks for files that came and went at the path since the last look, to be read to their ends after the ones before;
  /// true when there are so many that what stands at the path now must wait.
  private mutating func findBetween(_ there: FileIdentity, _ batch: inout TailBatch, _ now: Moment) -> Bool {
    let since = (files.map(\.status.modified) + closed.files.map(\.modified)).max()
    // One that was cut since the last look has other contents than it is remembered by; reading it says what fails.
    for file in files { try? file.look(&batch, at: now) }
    let saved = SavedLog(files: files.map(\.saved), closed: closed.files)
    do throws(SystemError) {
      let search = try TailSearch.repeated(&batch) { trial throws(SystemError) in
        var search = try TailSearch(path, saved, open: files, since: since, there: there, former: unfound)
        search.runBetween(&trial, now)
        return search
      }
      unfound = search.rest
      if search.files.isEmpty { return false }
      for file in files where file.replacedAt == nil { file.replacedAt = now }
      files += search.files
      latest = search.latest
      // The path's own, when it is read already, is not given up for these.
      if let known = place(of: there) { _ = follow(known, now) }
      isDraining = true
      return unfound != nil
    } catch {
      // A directory that may not be listed, or is gone: then only what stands at the path is known.
      unfound = nil
      return false
    }
  }

  /// Where to begin: where a file that came back was left, at the end of one that was there first, else at its start.
  private func start(
    _ descriptor: consuming FileDescriptor, _ status: FileStatus, _ batch: inout TailBatch, _ now: Moment
  ) throws(SystemError) -> TailFile {
    if let saved = closed.file(status.identity) {
      let start = try TailStart(descriptor, size: status.size, after: saved)
      if start?.offset != saved.offset { batch.truncations &+= 1 }
      return try TailFile(descriptor, status, at: start, began: start == nil ? status.modified : saved.began, now: now)
    }
    var start: TailStart?
    if let first, first.identity == status.identity, status.size >= first.size {
      start = try TailStart(descriptor, before: first.size)
    }
    return try TailFile(descriptor, status, at: start, now: now)
  }

  /// Closes files that nobody will write to any more. One that has no writer is read once more before: what was
  /// written last may have come after the look.
  private mutating func retire(_ batch: inout TailBatch, _ now: Moment) {
    let newest = files.last { $0.replacedAt != nil }
    for file in files where file.endsSeen >= 2 {
      let isDeleted = file.status.links == 0
      let quiet = now.seconds(since: file.grewAt)
      let patience = isCrowded ? Limits.tailCrowdedQuietSeconds : Limits.tailQuietSeconds
      if !isDeleted, file.replacedAt == nil || quiet < patience { continue }
      let isWritten = file.isOpenForWriting
      let isOver =
        switch isWritten {
        case true?: false
        case false?: file.isLeft
        case nil: isDeleted ? quiet >= Limits.tailDeletedQuietSeconds : isCrowded || file !== newest
        }
      if isWritten == false, !file.isLeft { batch.hasMore = true }
      file.isLeft = isWritten == false
      if !isOver { continue }
      if file.hasPartialLine { batch.partialLines &+= 1 }
      batch.events.append(.finished)
      close(file)
    }
  }

  /// Gives files up when there are too many, the oldest first; before it one that nobody writes to.
  private mutating func makeRoom(_ batch: inout TailBatch, _ now: Moment) {
    while files.count > Limits.tailGenerations, let oldest = files.first(where: \.isOver) ?? files.first {
      abandon(oldest, &batch, now)
    }
  }

  /// A file that cannot be read: the path's own is tried again later, from the line where it failed.
  private mutating func fail(
    _ file: TailFile, _ error: SystemError, isCurrent: Bool, _ batch: inout TailBatch, _ now: Moment
  ) {
    if !isCurrent { return abandon(file, &batch, now) }
    failed = (file.identity, now)
    close(file)
    enter(.unreadable(error.reason), .unreadable(error.reason), &batch)
  }

  /// Gives a file up that may not be read to its end.
  private mutating func abandon(_ file: TailFile, _ batch: inout TailBatch, _ now: Moment) {
    try? file.look(&batch, at: now)
    if file.hasPartialLine { batch.partialLines &+= 1 }
    batch.lostBytes &+= UInt64(file.unread)
    batch.events.append(file.isOver ? .finished : .abandoned(lost: file.unread))
    close(file)
  }

  /// Closes a file, and remembers it: one that has a name may come back, and of one that is deleted there may be copies.
  private mutating func close(_ file: TailFile) {
    files.removeAll { $0 === file }
    closed.keep(file.saved, isDeleted: file.status.links == 0)
  }
}
