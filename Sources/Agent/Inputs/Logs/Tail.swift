// Follows a path as operators mean it: through renames, copies, deletions, truncations, links that are turned and files
// that come late. Each poll asks what the path means now, reads every file that stood there and may still be written
// to, oldest first, and says what changed. Nothing here waits or knows a loop: time and budget are passed in.
//
// Known bounds. A file that came and went between two polls is never seen. Lines written between the copy and the cut
// of a copytruncate cannot be known; what was seen and not read is counted.
// SPDX-License-Identifier: Apache-2.0

/// The files behind one path. Not thread-safe; may block where the file system does.
struct Tail {
  private enum State: Hashable {
    case unknown, waiting, open
    case unreadable(String)
  }

  private struct Closed {
    let identity: FileIdentity
    let offset: Int64
    let marker: [UInt8]
  }

  private let path: String
  private var files: [TailFile] = []
  private var closed: [Closed] = []
  private var state = State.unknown
  /// The file that was there at the start and its size then, when it is not to be read from its beginning.
  private var first: (identity: FileIdentity, size: Int64)?
  /// The file that the path meant last.
  private var latest: FileIdentity?
  private var isFirstLook = true
  private let fromStart: Bool

  /// Will follow `path`. What is in the file at the first poll is only read when `fromStart`.
  init(path: String, fromStart: Bool) {
    self.path = path
    self.fromStart = fromStart
  }

  /// Looks at the path and reads at most `budget` bytes of what is new.
  mutating func poll(budget: Int, at now: Moment) -> TailBatch {
    var batch = TailBatch()
    look(&batch, now)
    var left = budget
    for file in files {
      do throws(SystemError) {
        try file.read(&left, into: &batch, at: now)
      } catch {
        finish(file, &batch)
        enter(.unreadable(error.reason), .unreadable(error.reason), &batch)
      }
      if left <= 0 {
        batch.hasMore = true
        break
      }
    }
    retire(&batch, now)
    if !files.isEmpty { batch.lagBytes = files.reduce(0) { $0 + $1.unread } }
    return batch
  }

  private mutating func enter(_ next: State, _ event: TailEvent?, _ batch: inout TailBatch) {
    if state == next { return }
    state = next
    if let event { batch.events.append(event) }
  }

  /// Asks what the path means now.
  private mutating func look(_ batch: inout TailBatch, _ now: Moment) {
    do throws(SystemError) {
      let there = try FileStatus.of(path)
      if isFirstLook {
        isFirstLook = false
        if !fromStart { first = (there.identity, there.size) }
      }
      if let known = files.firstIndex(where: { $0.identity == there.identity }) {
        follow(known, now)
        return enter(.open, .opened(at: files.last?.offset ?? 0), &batch)
      }
      if let oddity = there.oddity { return enter(.unreadable(oddity), .unreadable(oddity), &batch) }
      try open(&batch, now)
    } catch {
      if error.isGone {
        isFirstLook = false
        return enter(.waiting, .waiting, &batch)
      }
      enter(.unreadable(error.reason), .unreadable(error.reason), &batch)
    }
  }

  /// Makes a file that is open already the path's own.
  private mutating func follow(_ index: Int, _ now: Moment) {
    if index == files.count - 1, files[index].replacedAt == nil { return }
    let file = files.remove(at: index)
    for other in files where other.replacedAt == nil { other.replacedAt = now }
    file.replacedAt = nil
    latest = file.identity
    files.append(file)
  }

  /// Opens what stands at the path. Which file that is, the descriptor says: the path may mean another one already.
  private mutating func open(_ batch: inout TailBatch, _ now: Moment) throws(SystemError) {
    let descriptor = try FileDescriptor.openForTail(path)
    let status = try descriptor.status()
    if let oddity = status.oddity { return enter(.unreadable(oddity), .unreadable(oddity), &batch) }
    if let known = files.firstIndex(where: { $0.identity == status.identity }) { return follow(known, now) }
    let file = start(descriptor, status, now)
    if let latest, latest != status.identity {
      batch.rotations &+= 1
      batch.events.append(.rotated)
    }
    for other in files where other.replacedAt == nil { other.replacedAt = now }
    files.append(file)
    latest = status.identity
    first = nil
    state = .open
    batch.events.append(.opened(at: file.offset))
    while files.count > Limits.tailGenerations, let oldest = files.first {
      batch.lostBytes &+= UInt64(oldest.unread)
      batch.events.append(.abandoned(lost: oldest.unread))
      finish(oldest, &batch)
    }
  }

  /// Where to begin: where a file that came back was left, at the end of one that was there first, else at its start.
  private mutating func start(
    _ descriptor: consuming FileDescriptor, _ status: FileStatus, _ now: Moment
  ) -> TailFile {
    var offset: Int64 = 0
    var marker: [UInt8] = []
    if let last = closed.last(where: { $0.identity == status.identity }), status.size >= last.offset {
      offset = last.offset
      marker = last.marker
    } else if let first, first.identity == status.identity {
      offset = min(first.size, status.size)
    }
    return TailFile(descriptor, status, at: offset, expected: marker, now: now)
  }

  /// Closes files that nobody will write to any more.
  private mutating func retire(_ batch: inout TailBatch, _ now: Moment) {
    for file in files where file.endsSeen >= 2 {
      let isDeleted = file.status.links == 0
      guard let since = file.replacedAt ?? (isDeleted ? file.grewAt : nil) else { continue }
      let quiet = isDeleted ? Limits.tailDeletedQuietSeconds : Limits.tailQuietSeconds
      if now.seconds(since: since) >= Limits.tailDrainSeconds, now.seconds(since: file.grewAt) >= quiet {
        finish(file, &batch)
      }
    }
  }

  /// Closes a file; it is remembered while it has a name, since a deleted one's inode number is used again.
  private mutating func finish(_ file: TailFile, _ batch: inout TailBatch) {
    if file.hasPartialLine { batch.partialLines &+= 1 }
    files.removeAll { $0 === file }
    closed.removeAll { $0.identity == file.identity }
    if file.status.links == 0 { return }
    closed.append(Closed(identity: file.identity, offset: file.offset, marker: file.marker))
    if closed.count > Limits.tailRemembered { closed.removeFirst() }
  }
}
