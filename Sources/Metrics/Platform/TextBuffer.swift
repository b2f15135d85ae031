// The bytes of an exposition while it is written, and between two of them: memory that only grows, so that a warm buffer
// allocates nothing. It exists because an Array checks uniqueness and capacity at every append, which costs more than
// the bytes of a line.
//
// The file is unsafe because it writes to memory that it owns by address; `reserve` comes before every store.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Text that is appended to. Not thread-safe.
@safe package struct TextBuffer: ~Copyable {
  private var memory: UnsafeMutableRawPointer
  private var capacity: Int
  /// Bytes that stand in it.
  package private(set) var count = 0

  /// An empty buffer.
  package init() {
    capacity = 4_096
    unsafe memory = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
  }

  deinit { unsafe memory.deallocate() }

  /// What was written.
  package var bytes: [UInt8] { unsafe [UInt8](UnsafeRawBufferPointer(start: memory, count: count)) }

  /// Lends what was written.
  func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let buffer = unsafe UnsafeBufferPointer(start: memory.assumingMemoryBound(to: UInt8.self), count: count)
    return try body(unsafe buffer.span)
  }

  /// Empties it and keeps its memory.
  package mutating func removeAll() { count = 0 }

  /// Drops the end.
  mutating func truncate(to length: Int) { count = min(count, max(0, length)) }

  @inline(__always) private mutating func reserve(_ more: Int) { if count &+ more > capacity { grow(more) } }

  @inline(never) private mutating func grow(_ more: Int) {
    let larger = max(capacity * 2, count + more)
    let next = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
    unsafe next.copyMemory(from: memory, byteCount: count)
    unsafe memory.deallocate()
    unsafe memory = next
    capacity = larger
  }

  /// Appends a byte.
  @inline(__always) mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  /// Appends bytes.
  @inline(__always) mutating func append(_ bytes: [UInt8]) {
    reserve(bytes.count)
    unsafe bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { unsafe memcpy(memory + count, start, source.count) }
    }
    count &+= bytes.count
  }

  /// Appends a part of some bytes; nothing where the part is not in them.
  @inline(__always) mutating func append(_ bytes: [UInt8], from start: Int, to end: Int) {
    guard start >= 0, start <= end, end <= bytes.count else { return }
    reserve(end &- start)
    unsafe bytes.withUnsafeBytes { source in
      if let base = source.baseAddress { unsafe memcpy(memory + count, base + start, end &- start) }
    }
    count &+= end &- start
  }

  /// Appends a part of another buffer; nothing where the part is not in it.
  mutating func append(_ other: borrowing TextBuffer, from start: Int, to end: Int) {
    guard start >= 0, start <= end, end <= other.count else { return }
    reserve(end - start)
    unsafe memcpy(memory + count, other.memory + start, end - start)
    count &+= end - start
  }

  /// Appends a text; literals cost a copy.
  @inline(__always) mutating func append(_ text: StaticString) {
    if !text.hasPointerRepresentation { return }
    reserve(text.utf8CodeUnitCount)
    unsafe memcpy(memory + count, text.utf8Start, text.utf8CodeUnitCount)
    count &+= text.utf8CodeUnitCount
  }

  /// Appends any text. It has a name of its own, so that no literal takes this way.
  mutating func append(text: String) {
    var text = text
    text.withUTF8 { source in
      reserve(source.count)
      if let start = source.baseAddress { unsafe memcpy(memory + count, start, source.count) }
      count &+= source.count
    }
  }

  /// Appends eight bytes, the least significant first.
  @inline(__always) mutating func append(littleEndian number: UInt64) {
    reserve(8)
    unsafe memory.storeBytes(of: number.littleEndian, toByteOffset: count, as: UInt64.self)
    count &+= 8
  }

  /// Moves what stands from a place on by some bytes, which are not set; nothing where the place is not in it.
  mutating func makeGap(at place: Int, of bytes: Int) {
    guard place >= 0, place <= count, bytes >= 0 else { return }
    reserve(bytes)
    unsafe memmove(memory + place + bytes, memory + place, count - place)
    count += bytes
  }

  /// Replaces a byte; nothing where the place is not in it.
  mutating func replace(at place: Int, _ byte: UInt8) {
    if place >= 0 && place < count { unsafe memory.storeBytes(of: byte, toByteOffset: place, as: UInt8.self) }
  }

  /// Appends a whole number in decimal.
  @inline(__always) mutating func append(_ number: UInt64) {
    if number < 10 { return append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number)) }
    reserve(20)
    let digits = Self.digits(of: number)
    var rest = number
    var place = count &+ digits
    while rest >= 100 {
      let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
      place &-= 2
      store(pair: pair, at: place)
      rest = quotient
    }
    if rest >= 10 { store(pair: rest, at: place &- 2) } else { store(digit: rest, at: place &- 1) }
    count &+= digits
  }

  @inline(__always) private func store(pair: UInt64, at place: Int) {
    store(digit: pair / 10, at: place)
    store(digit: pair % 10, at: place &+ 1)
  }

  @inline(__always) private func store(digit: UInt64, at place: Int) {
    unsafe memory.storeBytes(
      of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit), toByteOffset: place, as: UInt8.self)
  }

  /// Decimal digits of a number, from 1.
  @inline(__always) private static func digits(of number: UInt64) -> Int {
    var bound: UInt64 = 10
    var digits = 1
    while digits < 20 && number >= bound {
      digits &+= 1
      if digits < 20 { bound &*= 10 }
    }
    return digits
  }
}
