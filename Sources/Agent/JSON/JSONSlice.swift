// What a scan found for one key: a kind and a place, small enough that a line's are a flat array.
// SPDX-License-Identifier: Apache-2.0

/// A value inside a JSON text, undecoded; absent when the line does not have it.
struct JSONSlice: Hashable, Sendable {
  /// What stands there.
  enum Kind: UInt8, Sendable {
    case absent, null, `true`, `false`, number, string, object, array
  }

  /// Nothing.
  static let absent = JSONSlice(.absent, 0, 0)

  let kind: Kind
  /// Of a string: whether its bytes are the text itself, ASCII without escapes.
  let isPlain: Bool
  private let start: Int
  private let end: Int

  /// A value at a place.
  init(_ kind: Kind, isPlain: Bool = true, _ start: Int, _ end: Int) {
    self.kind = kind
    self.isPlain = isPlain
    self.start = start
    self.end = end
  }

  /// Where it stands: a string without its quotes, an object or array with its brackets.
  var range: Range<Int> { start..<max(start, end) }

  /// Whether there is a value, be it null.
  var isThere: Bool { kind != .absent }

  /// The string, if it is one.
  var text: JSONText? { kind == .string ? JSONText(range: range, isPlain: isPlain) : nil }
}
