// What a scan found for one key: a kind and a place, small enough that a line's are a flat array. Nothing is all zeros,
// twelve bytes without a gap, so that an array of it is cleared by whole vectors.
// SPDX-License-Identifier: Apache-2.0

/// A value inside a JSON text, undecoded; absent when the line does not have it.
struct JSONSlice: Hashable, Sendable {
  /// What stands there.
  enum Kind: UInt8, Sendable {
    // The first is 0.
    case absent, null, `true`, `false`, number, string, object, array
  }

  /// Nothing.
  static let absent = JSONSlice(head: 0, start: 0, end: 0)

  /// The kind, and above it whether it is plain.
  private let head: UInt32
  private let start: UInt32
  private let end: UInt32

  /// A value at a place of a text of less than 4 GiB; all that are read are bounded by far less.
  @inline(__always) init(_ kind: Kind, isPlain: Bool = true, _ start: Int, _ end: Int) {
    self.init(
      head: UInt32(kind.rawValue) | (isPlain ? 0x100 : 0), start: UInt32(truncatingIfNeeded: start),
      end: UInt32(truncatingIfNeeded: end))
  }

  private init(head: UInt32, start: UInt32, end: UInt32) {
    self.head = head
    self.start = start
    self.end = end
  }

  /// What stands there.
  @inline(__always) var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: head)) ?? .absent }
  /// Of a string: whether its bytes are the text itself, ASCII without escapes.
  @inline(__always) var isPlain: Bool { head & 0x100 != 0 }
  /// Where it stands: a string without its quotes, an object or array with its brackets.
  @inline(__always) var range: Range<Int> { Int(start)..<Int(max(start, end)) }

  /// Whether there is a value, be it null.
  @inline(__always) var isThere: Bool { head & 0xFF != 0 }

  /// The string, if it is one.
  var text: JSONText? { kind == .string ? JSONText(range: range, isPlain: isPlain) : nil }
}
