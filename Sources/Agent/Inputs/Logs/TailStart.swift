// Where to begin in a log that is not to be read from its start: at the beginning of its last line when that is not
// complete, so that the line counts when it is. Zeros at the end are room that was allocated beforehand.
// SPDX-License-Identifier: Apache-2.0

/// A place in an open file, and whether it lies inside a line that is too long to be read.
struct TailStart {
  let offset: Int64
  let isInside: Bool

  /// A place that is known.
  init(offset: Int64, isInside: Bool) {
    self.offset = offset
    self.isInside = isInside
  }

  /// Where to go on in a file of which a checkpoint knows the place, when its contents are the same that far, or as far
  /// as they were not cut back; nil when they are others.
  init?(_ descriptor: borrowing FileDescriptor, size: Int64, after saved: SavedFile) throws(SystemError) {
    let common = try saved.print.common(descriptor, size: size)
    if common == 0, saved.offset > 0 { return nil }
    self.init(offset: common, isInside: saved.isInside && common == saved.offset)
  }

  /// The last line's beginning in the first `size` bytes.
  init(_ descriptor: borrowing FileDescriptor, before size: Int64) throws(SystemError) {
    let end = try Self.written(descriptor, Self.dataEnd(descriptor, size))
    let start = max(0, end - Int64(Limits.lineBytes))
    var bytes: [UInt8] = []
    if end > start { try descriptor.read(into: &bytes, count: Int(end - start), at: start) }
    if let feed = bytes.lastIndex(of: 10) {
      (offset, isInside) = (start + Int64(feed) + 1, false)
    } else {
      (offset, isInside) = start == 0 ? (0, false) : (end, true)
    }
  }

  /// Where the zeros begin that stand before `end`.
  private static func written(_ descriptor: borrowing FileDescriptor, _ end: Int64) throws(SystemError) -> Int64 {
    var block: [UInt8] = []
    var start = end
    while start > 0, end - start < Limits.tailStartBytes {
      let count = min(start, Int64(Limits.tailBlockBytes))
      block.removeAll(keepingCapacity: true)
      try descriptor.read(into: &block, count: Int(count), at: start - count)
      if let last = block.lastIndex(where: { $0 != 0 }) { return start - count + Int64(last) + 1 }
      start -= count
    }
    return start
  }

  /// Where the hole begins that reaches the end of the first `size` bytes.
  private static func dataEnd(_ descriptor: borrowing FileDescriptor, _ size: Int64) -> Int64 {
    var at: Int64 = 0
    for _ in 0..<Limits.tailHoles {
      guard let hole = descriptor.nextHole(from: at), hole < size else { return size }
      guard let data = descriptor.nextData(from: hole), data < size else { return hole }
      at = data
    }
    return size
  }
}
