// What a checkpoint keeps of a TailProof: hashes instead of bytes, since logs may hold what nobody wants to find in a
// second place. The head and the bytes before the offset are hashed in parts that end where lines end, so that of a file
// which was cut back and written on it is still known how far it is the same, to a line or a few; in between stand marks.
// The hash is FNV-1a of 64 bits: whoever writes the log could forge one, and could as well write what he likes.
// SPDX-License-Identifier: Apache-2.0

/// The fingerprint of the first ``offset`` bytes of a file. A value.
struct TailPrint: Hashable, Sendable {
  /// A stretch of the file.
  struct Part: Hashable, Sendable {
    let start: Int64
    let count: Int
    let hash: UInt64

    var end: Int64 { start + Int64(count) }
  }

  /// How many bytes of the file it stands for.
  let offset: Int64
  /// Where the second line ends, if it differs from the first: from there on the file's beginning tells it from others.
  let telling: Int64?
  /// In the order of the file; none overlaps another.
  private(set) var parts: [Part] = []

  /// Knows nothing of the first `offset` bytes yet.
  init(offset: Int64, telling: Int64?, parts: [Part] = []) {
    self.offset = offset
    self.telling = telling
    self.parts = parts
  }

  /// Takes bytes that stand at `start`, in at most so many parts that end where lines end. What is known already counts
  /// once.
  mutating func add(_ bytes: [UInt8], at start: Int64, cuts: Int) {
    var begin = Int(clamping: max(0, (parts.last?.end ?? 0) - start))
    let least = bytes.count / max(1, cuts) + 1
    while begin < bytes.count {
      var end = min(bytes.count, begin + least)
      if end < bytes.count, bytes[end - 1] != 10 {
        end = bytes[end...].firstIndex(of: 10).map { $0 + 1 } ?? bytes.count
      }
      var hash = Self.seed
      Self.hash(bytes[begin..<end], into: &hash)
      parts.append(Part(start: start + Int64(begin), count: end - begin, hash: hash))
      begin = end
    }
  }

  /// Takes `count` bytes behind all others of which the hash is known.
  mutating func add(_ hash: UInt64, _ count: Int, at start: Int64) {
    if start >= parts.last?.end ?? 0 { parts.append(Part(start: start, count: count, hash: hash)) }
  }

  /// Whether it can tell a copy from another file: little that was read may be the beginning of all of them.
  var isTelling: Bool { offset >= Int64(Limits.tailMarkBytes) && telling != nil }

  /// How many bytes at the front of a file of `size` bytes still are those that were read, as ``TailProof/common(_:size:)``
  /// has it. A last part that is not whole any more is believed when another one is the same: else the file is as good
  /// as new, since more logs are cut to nothing than back.
  func common(_ descriptor: borrowing FileDescriptor, size: Int64) throws(SystemError) -> Int64 {
    let end = min(size, offset)
    var same = end
    var line: Int64 = 0
    var bytes: [UInt8] = []
    if !parts.contains(where: { $0.end <= end }) { return 0 }
    for part in parts where part.end <= end {
      bytes.removeAll(keepingCapacity: true)
      try descriptor.read(into: &bytes, count: part.count, at: part.start)
      var hash = Self.seed
      Self.hash(bytes[...], into: &hash)
      if hash == part.hash {
        line = bytes.last == 10 ? part.end : 0
        continue
      }
      // Behind another part of the same stretch a line begins; a mark tells only that all is different.
      same = line == part.start ? line : 0
      break
    }
    return same < offset / 4 && same < telling ?? .max ? 0 : same
  }

  /// What a hash begins with.
  static let seed: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Goes on with a hash.
  static func hash(_ bytes: ArraySlice<UInt8>, into hash: inout UInt64) {
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }
}
