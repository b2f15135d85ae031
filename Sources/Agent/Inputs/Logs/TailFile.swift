// One open file that is read as it grows, whatever its name is by now. It is known by its descriptor; that its
// contents are still those that were read is proved by the bytes before the offset, which catches a file that was
// cut and has grown past the offset since. (The bytes themselves are kept: 32 of them cost less than trusting a hash.)
// SPDX-License-Identifier: Apache-2.0

/// An open file, read up to an offset. Not thread-safe.
final class TailFile {
  /// Which file it is.
  let identity: FileIdentity
  /// Everything before it was read.
  private(set) var offset: Int64
  /// The bytes just before the offset; empty when nothing can be proved.
  private(set) var marker: [UInt8] = []
  /// When another file took its path; nil while it has it.
  var replacedAt: Moment?
  /// When it last grew or was opened.
  private(set) var grewAt: Moment
  /// How often in a row its end was met.
  private(set) var endsSeen = 0
  /// Its status when it was last looked at.
  private(set) var status: FileStatus

  private let descriptor: FileDescriptor
  private var cutter: LineCutter

  /// Follows an open file from `start` on, up to the next line feed when that is inside a line; from 0 when the bytes
  /// before it are not `expected`.
  init(_ descriptor: consuming FileDescriptor, _ status: FileStatus, at start: Int64, expected: [UInt8], now: Moment) {
    identity = status.identity
    self.status = status
    grewAt = now
    var before: [UInt8] = []
    let count = Int(min(start, Int64(Limits.tailMarkerBytes)))
    if count > 0 { _ = try? descriptor.read(into: &before, count: count, at: start - Int64(count)) }
    let isOther = !expected.isEmpty && before.suffix(expected.count) != expected[...]
    offset = isOther ? 0 : start
    marker = isOther ? [] : before
    cutter = LineCutter(skipping: !isOther && start > 0 && before.last != 10)
    self.descriptor = descriptor
  }

  /// Bytes that were there when it was last looked at and are not read.
  var unread: Int64 { max(0, status.size - offset) }

  /// Whether a line has begun and not ended.
  var hasPartialLine: Bool { !cutter.carry.isEmpty }

  /// Whether `bytes` stand right before the offset, in the file as it is now.
  func holds(_ bytes: [UInt8], before offset: Int64) -> Bool {
    var found: [UInt8] = []
    guard (try? descriptor.read(into: &found, count: bytes.count, at: offset - Int64(bytes.count))) != nil else {
      return false
    }
    return found == bytes
  }

  /// Reads what is new, at most `budget` bytes, which it lowers.
  func read(_ budget: inout Int, into batch: inout TailBatch, at now: Moment) throws(SystemError) {
    let before = status
    status = try descriptor.status()
    let isCut = status.size < offset
    let isChanged = status.size != before.size || status.modified != before.modified
    if isCut || (isChanged && !marker.isEmpty && !holds(marker, before: offset)) {
      restart(before, &batch)
      grewAt = now
    }
    var block: [UInt8] = []
    while budget > 0 {
      block.removeAll(keepingCapacity: true)
      let got = try descriptor.read(into: &block, count: min(budget, Limits.tailBlockBytes), at: offset)
      if got == 0 {
        endsSeen = min(endsSeen + 1, 2)
        return
      }
      advance(by: got, block, &batch)
      budget -= got
      grewAt = now
      endsSeen = 0
    }
  }

  private func restart(_ before: FileStatus, _ batch: inout TailBatch) {
    let lost = max(0, before.size - offset)
    batch.lostBytes &+= UInt64(lost)
    batch.truncations &+= 1
    if hasPartialLine { batch.partialLines &+= 1 }
    batch.events.append(.truncated(lost: lost))
    offset = 0
    marker = []
    cutter.reset()
  }

  private func advance(by got: Int, _ block: [UInt8], _ batch: inout TailBatch) {
    offset += Int64(got)
    batch.readBytes &+= UInt64(got)
    marker = Array((marker + block.suffix(Limits.tailMarkerBytes)).suffix(Limits.tailMarkerBytes))
    let isHole = cutter.add(block, to: &batch)
    if isHole, let data = descriptor.nextData(from: offset), data > offset {
      batch.holeBytes &+= UInt64(data - offset)
      batch.readBytes &+= UInt64(data - offset)
      offset = data
    }
  }
}
