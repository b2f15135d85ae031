// The memory that value files are read into, kept from file to file, and what is read out of it. Files are read, never
// mapped: a mapped file that somebody truncates kills the process that looks at it.
//
// The file is unsafe because it loads numbers out of raw bytes; every load is checked against what was read.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes of one file. Not thread-safe: whoever holds the lock of the reader uses it.
@safe final class ReadBuffer: @unchecked Sendable {
  private var memory = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// How many bytes the last reading got.
  private(set) var count = 0

  deinit { unsafe memory.deallocate() }

  /// Makes the bytes of `file` from its beginning those of this buffer, up to `wanted`; nil when read(2) fails.
  func read(_ file: borrowing OpenFile, _ wanted: Int) -> Int? {
    count = 0
    return readMore(file, wanted)
  }

  /// Goes on where the last reading ended, until the buffer has `wanted` bytes or the file no more.
  func readMore(_ file: borrowing OpenFile, _ wanted: Int) -> Int? {
    if unsafe wanted > memory.count { grow(to: wanted) }
    while count < wanted {
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count..<wanted])
      guard let got = unsafe file.read(into: room, at: count) else { return nil }
      if got == 0 { break }
      count += got
    }
    return count
  }

  /// The four bytes at `at` as a number of the machine's; nil past the end.
  @inline(__always) func int32(at: Int) -> Int? {
    guard at >= 0, count &- at >= 4 else { return nil }
    return unsafe Int(memory.loadUnaligned(fromByteOffset: at, as: Int32.self))
  }

  /// The eight bytes at `at` as a double; NaN past the end.
  @inline(__always) func double(at: Int) -> Double {
    guard at >= 0, count &- at >= 8 else { return .nan }
    return unsafe Double(bitPattern: memory.loadUnaligned(fromByteOffset: at, as: UInt64.self))
  }

  /// True when the bytes are those of `other` from `start` on.
  @inline(__always) func equals(at: Int, count length: Int, _ other: [UInt8], from start: Int) -> Bool {
    guard at >= 0, length >= 0, count &- at >= length, start >= 0, other.count &- start >= length else { return false }
    return unsafe other.withUnsafeBytes { bytes in
      guard let left = unsafe memory.baseAddress, let right = bytes.baseAddress else { return length == 0 }
      return unsafe memcmp(left + at, right + start, length) == 0
    }
  }

  /// How many entries of a value file stand from `at` to `end` with just these keys, one after the other; `at` is then
  /// where they end, and `spots` has where the value of each begins. `text` has all keys, `starts` where each begins.
  func match(
    _ keys: [Int32], _ text: [UInt8], _ starts: [Int], at: inout Int, end: Int, spots: inout [Int32]
  ) -> Int {
    let end = Swift.min(end, count)
    guard at >= 0, end <= Int(Int32.max) else { return 0 }
    if spots.count < keys.count { spots.append(contentsOf: repeatElement(0, count: keys.count - spots.count)) }
    return unsafe text.withUnsafeBytes { text in
      guard let known = text.baseAddress, let bytes = unsafe memory.baseAddress else { return 0 }
      for (index, key) in keys.enumerated() {
        let start = starts[Int(key)]
        let length = starts[Int(key) &+ 1] &- start
        let value = at &+ 4 &+ length &+ (8 &- (length &+ 4) & 7)
        guard value &+ 16 <= end, unsafe Int(bytes.loadUnaligned(fromByteOffset: at, as: Int32.self)) == length,
          unsafe memcmp(bytes + at + 4, known + start, length) == 0
        else { return index }
        spots[index] = Int32(truncatingIfNeeded: value)
        at = value &+ 16
      }
      return keys.count
    }
  }

  /// A copy of some bytes; empty past the end.
  func bytes(at: Int, count length: Int) -> [UInt8] {
    guard at >= 0, length >= 0, count &- at >= length else { return [] }
    return unsafe [UInt8](memory[at..<(at + length)])
  }

  /// A seeded hash of some bytes.
  func hash(at: Int, count length: Int, seed: UInt64) -> UInt64 {
    guard at >= 0, length >= 0, count &- at >= length else { return seed }
    return unsafe Self.hash(UnsafeRawBufferPointer(rebasing: memory[at..<(at + length)]), seed: seed)
  }

  /// The same hash, of bytes that are kept elsewhere.
  static func hash(_ other: [UInt8], from start: Int, count length: Int, seed: UInt64) -> UInt64 {
    guard start >= 0, length >= 0, other.count &- start >= length else { return seed }
    return unsafe other.withUnsafeBytes {
      unsafe hash(UnsafeRawBufferPointer(rebasing: $0[start..<(start + length)]), seed: seed)
    }
  }

  private static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(seed)
    unsafe hasher.combine(bytes: bytes)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }

  private func grow(to wanted: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: Swift.max(wanted, 64 << 10), alignment: 16)
    if count > 0 { unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[0..<count])) }
    unsafe memory.deallocate()
    unsafe memory = larger
  }
}
