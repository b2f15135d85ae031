// What proves that a file still is the one that was read: its head, the bytes right before the offset, and marks in
// between. A log that was written anew in place differs in one of them, whatever its length; one that was only cut
// back, by a writer that takes back half a line on a full disk, is the same up to its new end. Where a cut file was written
// on before the next look, the head and the bytes before the offset tell how far it is the same, to the byte: so they are
// kept themselves. Of a cut in between, the end is the cut, and a hash is enough for a mark.
//
// Thousands of files have a proof each: its arrays have room for what is in them and no more.
//
// Logs whose lines are all alike prove nothing: then a file that kept a quarter or more was cut back, any other began
// anew, as copytruncate does.
// SPDX-License-Identifier: Apache-2.0

/// What is remembered of the first ``offset`` bytes of a file. A value.
struct TailProof: Sendable {
  /// So many bytes before a place, by their hash.
  private struct Mark {
    let end: Int64
    let hash: UInt64

    init(_ bytes: ArraySlice<UInt8>, before end: Int64) {
      self.end = end
      var hash = TailPrint.seed
      TailPrint.hash(bytes, into: &hash)
      self.hash = hash
    }

    var start: Int64 { end - Int64(Limits.tailMarkBytes) }
  }

  /// How many bytes of the file it stands for.
  private(set) var offset: Int64 = 0
  private var head: [UInt8] = []
  private var marks: [Mark] = []
  private var recent: [UInt8] = []
  private var stride = Int64(Limits.tailRecentBytes)

  /// Nothing read yet.
  init() {}

  /// What stands in an open file before `offset`.
  init(_ descriptor: borrowing FileDescriptor, at offset: Int64) throws(SystemError) {
    self.offset = offset
    head = try Self.read(descriptor, from: 0, to: min(offset, Int64(Limits.tailHeadBytes)))
    recent = try Self.read(descriptor, from: max(0, offset - Int64(Limits.tailRecentBytes)), to: offset)
    stride = max(stride, offset / Int64(Limits.tailMarks / 2))
    var end = stride
    while end < offset {
      marks.append(Mark(try Self.read(descriptor, from: end - Int64(Limits.tailMarkBytes), to: end)[...], before: end))
      end += stride
    }
  }

  /// Whether a line ended right before the offset, as far as is known.
  var endsLine: Bool { offset == 0 || recent.last == 10 }

  /// Takes the bytes that stand at the offset.
  mutating func add(_ block: [UInt8]) {
    if Int64(head.count) == offset, head.count < Limits.tailHeadBytes {
      head = Self.joined(head[...], block.prefix(Limits.tailHeadBytes - head.count))
    }
    offset += Int64(block.count)
    let new = block.suffix(Limits.tailRecentBytes)
    recent = Self.joined(recent.suffix(Limits.tailRecentBytes - new.count), new)
    if offset - (marks.last?.end ?? 0) < stride || recent.count < Limits.tailMarkBytes { return }
    marks.append(Mark(recent.suffix(Limits.tailMarkBytes), before: offset))
    if marks.count < Limits.tailMarks { return }
    marks = marks.indices.filter { $0 % 2 == 1 }.map { marks[$0] }
    stride *= 2
  }

  /// Both, one behind the other, and no room beyond.
  private static func joined(_ front: ArraySlice<UInt8>, _ back: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(front.count + back.count)
    bytes.append(contentsOf: front)
    bytes.append(contentsOf: back)
    return bytes
  }

  /// Passes over bytes of which nothing is remembered.
  mutating func jump(to next: Int64) {
    offset = next
    recent = []
  }

  /// Forgets the last `count` bytes.
  mutating func withdraw(_ count: Int) {
    if count == 0 { return }
    offset -= Int64(count)
    recent.removeLast(min(count, recent.count))
    if Int64(head.count) > offset { head.removeLast(head.count - Int(offset)) }
    marks.removeAll { $0.end > offset }
  }

  /// How many bytes at the front of a file of `size` bytes still are those that were read: all that is remembered, when
  /// it has only grown; fewer, when it was cut back, and perhaps written on; 0, when it began anew.
  func common(_ descriptor: borrowing FileDescriptor, size: Int64) throws(SystemError) -> Int64 {
    let end = min(size, offset)
    let start = offset - Int64(recent.count)
    var same = end
    if let less = try Self.change(descriptor, head.prefix(Int(min(end, Int64(head.count)))), at: 0) {
      same = less
    } else if let mark = marks.last(where: { $0.end <= min(end, start) }),
      Mark(try Self.read(descriptor, from: mark.start, to: mark.end)[...], before: mark.end).hash != mark.hash
    {
      same = 0
    } else if end > start, let less = try Self.change(descriptor, recent.prefix(Int(end - start)), at: start) {
      same = less
    }
    return same < offset / 4 && same < tellingEnd ?? .max ? 0 : same
  }

  /// Nil when `bytes` stand at `offset`; else where the last whole line ends that still does, or 0.
  private static func change(
    _ descriptor: borrowing FileDescriptor, _ bytes: ArraySlice<UInt8>, at offset: Int64
  ) throws(SystemError) -> Int64? {
    let found = try read(descriptor, from: offset, to: offset + Int64(bytes.count))
    if found.span.equals(found.indices, bytes.span, 0..<bytes.count) { return nil }
    let equal = zip(found, bytes).prefix { $0 == $1 }
    return equal.map(\.0).lastIndex(of: 10).map { offset + Int64($0) + 1 } ?? 0
  }

  /// What a checkpoint keeps of it.
  var print: TailPrint {
    let start = offset - Int64(recent.count)
    var print = TailPrint(offset: offset, telling: tellingEnd)
    if start > 0 { print.add(head, at: 0, cuts: Limits.checkpointHeadParts) }
    let step = max(1, marks.count / Limits.checkpointMarks)
    for index in Swift.stride(from: marks.count - 1, through: 0, by: -step).reversed() {
      let mark = marks[index]
      if mark.end <= start { print.add(mark.hash, Limits.tailMarkBytes, at: mark.start) }
    }
    print.add(recent, at: start, cuts: Limits.checkpointRecentParts)
    return print
  }

  /// Where the second line ends, if it differs from the first.
  private var tellingEnd: Int64? {
    let lines = head.split(separator: 10, maxSplits: 2, omittingEmptySubsequences: false)
    return lines.count == 3 && lines[0] != lines[1] ? Int64(lines[0].count + lines[1].count + 2) : nil
  }

  private static func read(
    _ descriptor: borrowing FileDescriptor, from start: Int64, to end: Int64
  ) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    if end > start { try descriptor.read(into: &bytes, count: Int(end - start), at: start) }
    return bytes
  }
}
