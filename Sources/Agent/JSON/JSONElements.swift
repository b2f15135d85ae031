// The elements of an array inside a text that was checked before: they are only told apart here.
// SPDX-License-Identifier: Apache-2.0

/// Walks the elements of an array. On unchecked text it ends early or finds other elements, and never more than there are
/// bytes.
struct JSONElements {
  private var at: Int
  private let end: Int

  /// The array that fills `range`, brackets included.
  init(_ range: Range<Int>) {
    at = min(range.lowerBound + 1, range.upperBound)
    end = max(at, range.upperBound - 1)
  }

  /// Where the next element stands; nil after the last.
  mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
    while at < end, bytes[at] <= 0x20 || bytes[at] == UInt8(ascii: ",") { at += 1 }
    if at >= end { return nil }
    let start = at
    var depth = 0
    while at < end {
      switch bytes[at] {
      case UInt8(ascii: "\""): skipString(bytes)
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ",") where depth == 0: return start..<at
      default: break
      }
      at += 1
    }
    return start..<end
  }

  /// Moves to the string's closing quote.
  private mutating func skipString(_ bytes: Span<UInt8>) {
    at += 1
    while at < end, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
  }
}
