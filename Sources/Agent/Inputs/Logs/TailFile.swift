// One open file that is read as it grows, whatever its name is by now. It is known by its descriptor; that its
// contents are still those that were read is proved at every change, see TailProof. Zeros are passed over only when
// something stands behind them: at the end of a file they are room for what will be written there.
// SPDX-License-Identifier: Apache-2.0

/// An open file, read up to an offset. Not thread-safe.
final class TailFile {
  /// Which file it is.
  let identity: FileIdentity
  /// When another file took its path; nil while it has it.
  var replacedAt: Moment?
  /// Somebody was told that it is read.
  var isAnnounced = false
  /// When it last grew or was opened.
  private(set) var grewAt: Moment
  /// How often in a row its end was met.
  private(set) var endsSeen = 0
  /// Nobody had it open for writing at the last look, and nothing came since.
  var isLeft = false
  /// Since when its contents are there, see ``SavedFile/began``.
  private var began: Int64
  /// What it was before it was cut last, in this life: by it a copy is known that was made then.
  private(set) var former: SavedFile?
  /// Its status when it was last looked at.
  private(set) var status: FileStatus

  private let descriptor: FileDescriptor
  private var cutter: LineCutter
  private var proof: TailProof
  private var isProved: Bool
  private var lag = TailLag()
  /// Since when there is more, as its status says, and reading brings nothing.
  private(set) var stalledAt: Moment?
  /// Up to where there were only zeros behind the offset.
  private var zerosEnd: Int64 = 0

  /// Follows an open file from `start` on; from 0 when there is none. `began` is given when that is not its birth.
  init(
    _ descriptor: consuming FileDescriptor, _ status: FileStatus, at start: TailStart?, began: Int64? = nil, now: Moment
  ) throws(SystemError) {
    identity = status.identity
    self.began = began ?? identity.birth
    self.status = status
    grewAt = now
    proof = try start.map { start throws(SystemError) in try TailProof(descriptor, at: start.offset) } ?? TailProof()
    cutter = LineCutter(skipping: start?.isInside ?? false)
    isProved = true
    self.descriptor = descriptor
  }

  /// Follows a file again from where it was left in this life, if it still is that file.
  init(
    _ descriptor: consuming FileDescriptor, _ status: FileStatus, again proof: TailProof, isInside: Bool,
    began: Int64, now: Moment
  ) {
    identity = status.identity
    self.began = began
    self.status = status
    grewAt = now
    self.proof = proof
    cutter = LineCutter(skipping: isInside)
    isProved = false
    self.descriptor = descriptor
  }

  /// Why a file is no log. The kernel's own have contents and no length, so that nothing tells what is new.
  static func oddity(
    _ descriptor: borrowing FileDescriptor, _ status: FileStatus
  ) throws(SystemError) -> String? {
    var byte: [UInt8] = []
    if status.oddity != nil || status.size > 0 { return status.oddity }
    if try descriptor.read(into: &byte, count: 1, at: 0) == 0 { return nil }
    return try descriptor.status().size > 0 ? nil : "has contents and no length, as the kernel's own files"
  }

  /// Everything before it was read.
  var offset: Int64 { proof.offset }

  /// Bytes that were there when it was last looked at and are not read.
  var unread: Int64 { max(0, status.size - max(offset, zerosEnd)) }

  /// When the oldest of them was first seen; nil when there are none.
  var unreadSince: Moment? { unread > 0 ? lag.since(max(offset, zerosEnd)) : nil }

  /// Whether a line has begun and not ended.
  var hasPartialLine: Bool { !cutter.carry.isEmpty }

  /// Whether a process may still write to it; nil when that cannot be known.
  var isOpenForWriting: Bool? { descriptor.isOpenForWriting }

  /// Whether all of it was read and nobody writes to it any more: it gives its place to another first. What was written
  /// last may have come after the last look, so its length is asked for when there is no writer.
  var isOver: Bool {
    if replacedAt == nil || unread > 0 || endsSeen == 0 || isOpenForWriting != false { return false }
    return (try? size) == status.size
  }

  /// Where it is left, without the evidence.
  var place: SavedFile.Place {
    SavedFile.Place(
      identity: identity, offset: offset - Int64(cutter.carry.count), read: offset, size: offset + unread,
      began: began, isInside: cutter.isSkipping)
  }

  /// What to keep of it: up to the beginning of the line that is not complete.
  var saved: SavedFile {
    var kept = proof
    kept.withdraw(cutter.carry.count)
    return SavedFile(
      identity: identity, offset: kept.offset, read: offset, size: offset + unread, modified: status.modified,
      began: began, isInside: cutter.isSkipping, evidence: .bytes(kept))
  }

  /// Its length now.
  var size: Int64 {
    get throws(SystemError) { try descriptor.status().size }
  }

  /// What stands at a place in it; fewer bytes at its end.
  func bytes(_ count: Int, at offset: Int64) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    try descriptor.read(into: &bytes, count: count, at: offset)
    return bytes
  }

  /// Looks how long it is, and whether its contents still are those that were read.
  func look(_ batch: inout TailBatch, at now: Moment) throws(SystemError) {
    let before = status
    status = try descriptor.status()
    if !isProved || status.size != before.size || status.modified != before.modified {
      isProved = false
      try prove(before, &batch, now)
      isProved = true
    }
    lag.look(size: status.size, offset: offset, at: now)
  }

  /// Reads what is new, at most `budget` bytes, which it lowers.
  func read(_ budget: inout Int, into batch: inout TailBatch, at now: Moment) throws(SystemError) {
    try look(&batch, at: now)
    if let since = unreadSince, since.boot < batch.readSince?.boot ?? .max { batch.readSince = since }
    var block: [UInt8] = []
    while budget > 0 {
      block.removeAll(keepingCapacity: true)
      // Room that is not filled costs as much as that which is: little more is asked for than is known to be there.
      let known = Int(clamping: max(0, status.size - offset)) + Limits.tailHeadBytes
      let got = try descriptor.read(into: &block, count: min(budget, Limits.tailBlockBytes, known), at: offset)
      let used = (block.lastIndex { $0 != 0 } ?? -1) + 1
      if used > 0 {
        block.removeLast(got - used)
        cutter.add(block, to: &batch)
        proof.add(block)
        batch.readBytes &+= UInt64(used)
        budget -= used
      } else if try !passZeros(got, &budget, &batch) {
        if budget > 0 { endsSeen = min(endsSeen + 1, 2) }
        stalledAt = got == 0 && unread > 0 ? stalledAt ?? now : nil
        return
      }
      stalledAt = nil
      grewAt = now
      endsSeen = 0
      isLeft = false
    }
  }

  /// Looks whether the file is the one that was read, and where to go on in it.
  private func prove(_ before: FileStatus, _ batch: inout TailBatch, _ now: Moment) throws(SystemError) {
    let written = max(offset, zerosEnd)
    let lost = max(0, before.size - written)
    zerosEnd = min(zerosEnd, status.size)
    let common = try proof.common(descriptor, size: status.size)
    if common == offset {
      // What was there behind the offset may have been cut off again.
      let cut = before.size - max(written, status.size)
      if cut > 0 {
        batch.truncations &+= 1
        batch.lostBytes &+= UInt64(cut)
      }
      return forgetHole()
    }
    batch.truncations &+= 1
    batch.lostBytes &+= UInt64(lost)
    grewAt = now
    if common > 0 {
      let kept = try TailProof(descriptor, at: common)
      if cutter.withdraw(Int(offset - common), isLineEnd: kept.endsLine) { batch.partialLines &+= 1 }
      proof = kept
    } else {
      if hasPartialLine { batch.partialLines &+= 1 }
      former = saved.hashed
      batch.events.append(.truncated(lost: lost))
      cutter.reset()
      proof = TailProof()
      zerosEnd = 0
      began = status.modified
    }
  }

  /// Goes over the `got` zeros at the offset and those behind them when something else follows; true when it is worth
  /// to read on. Who fills a file from its front has written there before anything stands behind: the front is read
  /// again before it is left.
  private func passZeros(_ got: Int, _ budget: inout Int, _ batch: inout TailBatch) throws(SystemError) -> Bool {
    if got == 0 { return false }
    var block: [UInt8] = []
    var end = offset + Int64(got)
    end = max(end, zerosEnd)
    repeat {
      guard let data = descriptor.nextData(from: end) else {
        zerosEnd = status.size
        return false
      }
      block.removeAll(keepingCapacity: true)
      let more = try descriptor.read(into: &block, count: Limits.tailBlockBytes, at: data)
      budget -= more
      if let first = block.firstIndex(where: { $0 != 0 }) {
        block.removeAll(keepingCapacity: true)
        try descriptor.read(into: &block, count: got, at: offset)
        if block.allSatisfy({ $0 == 0 }) { jump(to: data + Int64(first), &batch) }
        return true
      }
      end = data + Int64(more)
      zerosEnd = end
      if more == 0 { return false }
    } while budget > 0
    return false
  }

  /// A hole may have been written into anywhere, and costs nothing to be gone over again; zeros that are there do.
  private func forgetHole() {
    let next = offset + Int64(Limits.tailBlockBytes)
    if zerosEnd > next, descriptor.nextData(from: next) != next { zerosEnd = 0 }
  }

  private func jump(to next: Int64, _ batch: inout TailBatch) {
    batch.holeBytes &+= UInt64(next - offset)
    batch.readBytes &+= UInt64(next - offset)
    if cutter.breakLine() { batch.partialLines &+= 1 }
    proof.jump(to: next)
  }
}
