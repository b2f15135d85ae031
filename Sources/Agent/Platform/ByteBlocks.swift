// Loads of 32 and of 8 bytes at once: what makes reading a log line a few dozen steps instead of a few hundred. This is
// the one place where a loaded block leaves Span's own checks, because Span has neither a vector load nor a byte mask.
// Every load compares its whole block with the span's end once; a block that is not there is asked byte by byte. Sending
// for memory that is wanted soon is here as well, since it is an address, too.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent

extension Array {
  /// Sends for an element that is wanted soon, its first three lines of the cache, and does not wait for it.
  @inline(__always) func prefetch(_ place: Int) {
    if place < 0 || place >= count { return }
    unsafe withUnsafeBufferPointer { unsafe cvitals_prefetch($0.baseAddress.unsafelyUnwrapped + place) }
  }
}

extension Span where Element == UInt8 {
  /// How many bytes a mask is about.
  static var blockBytes: Int { 32 }

  /// Bits of the bytes from `at` on that are a quote, a backslash, a control character or no ASCII, and of those past
  /// the end.
  @inline(__always) func asciiEnds(at place: Int) -> UInt32 {
    if place < 0 || place > count &- Self.blockBytes { return scalarEnds(at: place, stopsAtHigh: true) }
    return unsafe withUnsafeBufferPointer { unsafe cvitals_ascii_ends($0.baseAddress.unsafelyUnwrapped + place) }
  }

  /// The same, without the bytes that are no ASCII.
  @inline(__always) func stringEnds(at place: Int) -> UInt32 {
    if place < 0 || place > count &- Self.blockBytes { return scalarEnds(at: place, stopsAtHigh: false) }
    return unsafe withUnsafeBufferPointer { unsafe cvitals_string_ends($0.baseAddress.unsafelyUnwrapped + place) }
  }

  @inline(never) private func scalarEnds(at place: Int, stopsAtHigh: Bool) -> UInt32 {
    var bits: UInt32 = 0
    for offset in 0..<Self.blockBytes {
      let index = place &+ offset
      let isEnd: Bool
      if index >= 0, index < count {
        let byte = self[index]
        isEnd = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 || stopsAtHigh && byte >= 0x80
      } else {
        isEnd = true
      }
      if isEnd { bits |= 1 << UInt32(truncatingIfNeeded: offset) }
    }
    return bits
  }

  /// The place of the first byte of `range` that is one of three, or the range's end.
  @inline(__always) func first(of one: UInt8, _ two: UInt8, _ three: UInt8, in range: Range<Int>) -> Int {
    var place = range.lowerBound
    while place < range.upperBound {
      if place < 0 || place > count &- Self.blockBytes {
        let byte = self[place]
        if byte == one || byte == two || byte == three { return place }
        place &+= 1
        continue
      }
      let found = unsafe withUnsafeBufferPointer {
        unsafe cvitals_any($0.baseAddress.unsafelyUnwrapped + place, one, two, three)
      }
      place &+= found.trailingZeroBitCount
      if found != 0 { break }
    }
    return Swift.min(place, range.upperBound)
  }

  /// Bits of the bytes from `at` on that differ from those of `other`; all, when either has no whole block there.
  @inline(__always) func differences(at place: Int, from other: Span<UInt8>, at otherPlace: Int) -> UInt32 {
    if place < 0 || place > count &- Self.blockBytes { return .max }
    if otherPlace < 0 || otherPlace > other.count &- Self.blockBytes { return .max }
    return unsafe withUnsafeBufferPointer { mine in
      unsafe other.withUnsafeBufferPointer { theirs in
        unsafe cvitals_differences(
          mine.baseAddress.unsafelyUnwrapped + place, theirs.baseAddress.unsafelyUnwrapped + otherPlace)
      }
    }
  }

  /// The up to 32 bytes from `at` on as four little-endian numbers, zeros behind them. Those past the end are zeros too.
  @inline(__always) func words(at place: Int, count length: Int) -> SIMD4<UInt64> {
    if place < 0 || place > count &- Self.blockBytes || length < 0 {
      var words = SIMD4<UInt64>()
      for number in words.indices { words[number] = word(at: place &+ number &* 8, count: length &- number &* 8) }
      return words
    }
    let words = unsafe withUnsafeBufferPointer {
      unsafe cvitals_first_words(
        $0.baseAddress.unsafelyUnwrapped + place, UInt32(truncatingIfNeeded: Swift.min(length, Self.blockBytes)))
    }
    return SIMD4(
      UInt64(littleEndian: words.one), UInt64(littleEndian: words.two), UInt64(littleEndian: words.three),
      UInt64(littleEndian: words.four))
  }

  /// The up to eight bytes from `at` on as a little-endian number, zeros behind them. Those past the end are zeros too.
  @inline(__always) func word(at place: Int, count length: Int) -> UInt64 {
    if place < 0 || place > count &- 8 || length <= 0 { return scalarWord(at: place, count: length) }
    let word = unsafe withUnsafeBytes { all in
      unsafe all.loadUnaligned(fromByteOffset: place, as: UInt64.self)
    }
    return UInt64(littleEndian: word) & (UInt64.max >> UInt64(truncatingIfNeeded: (8 &- Swift.min(length, 8)) &* 8))
  }

  @inline(never) private func scalarWord(at place: Int, count length: Int) -> UInt64 {
    var word: UInt64 = 0
    var shift: UInt64 = 0
    var index = place
    while shift < 64, index >= 0, index < count, index &- place < length {
      word |= UInt64(self[index]) << shift
      shift += 8
      index += 1
    }
    return word
  }
}
