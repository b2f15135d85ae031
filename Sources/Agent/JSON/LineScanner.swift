// Reads the keys that somebody wants out of a line that holds one JSON object, and steps over the rest. No tree, no
// String, no heap: a value is a place in the line until it is used. All that is stepped over is checked like the rest, as
// RFC 8259 has it, since with wide compares that costs nothing extra: a torn line must never count as a request. Only
// whether text is UTF-8 is left to those who ask for it: a stray Latin-1 letter must not lose a request.
//
// Of several members with one key the last one counts, and takes what the earlier ones held inside with it, as in
// Python's json, JavaScript and JSONSerialization. (RFC 8259 leaves it open; simdjson's on-demand reader takes the first.)
// SPDX-License-Identifier: Apache-2.0

/// Finds the values of a ``KeyPlan`` in one line after another. Not thread-safe. Costs one pass over the line.
struct LineScanner: ~Copyable {
  /// How much of a line is checked.
  enum Check: Sendable {
    /// Everything but the encoding of text, which is repaired where it is decoded.
    case form
    /// That too: UTF-8 everywhere, and no surrogate without its other half.
    case all
  }

  private let check: Check
  private let joins: [(field: Int, slots: [Int])]
  private var walk: KeyWalk

  /// Will look for the keys of `plan`.
  init(_ plan: KeyPlan, check: Check = .form) {
    self.check = check
    joins = plan.joins
    walk = KeyWalk(plan)
  }

  /// Room for what `scan` finds.
  static func values(of plan: KeyPlan) -> [JSONSlice] { [JSONSlice](repeating: .absent, count: plan.slotCount) }

  /// Reads the object that fills the line at the beginning of `range`, white space around it allowed, and puts the value
  /// of each field of the plan in its place in `values`, which ``values(of:)`` made. Of a field that stands there in
  /// several ways, flat and nested, the last one counts. The result is the line's end, its line feed or that of `range`:
  /// nobody need look for it before. After a failure the values mean nothing.
  @discardableResult mutating func scan(
    _ bytes: Span<UInt8>, _ range: Range<Int>, into values: inout [JSONSlice]
  ) throws(JSONFailure) -> Int {
    var words = JSONLexer(at: range.lowerBound, end: range.upperBound, checksText: check == .all, isLine: true)
    var slots = values.mutableSpan
    for slot in slots.indices { slots[slot] = .absent }
    words.skipSpace(bytes)
    if words.at >= words.end || bytes[words.at] == UInt8(ascii: "\n") { throw .empty }
    if bytes[words.at] != UInt8(ascii: "{") { throw .notObject }
    walk.beginLine()
    try walk.object(&words, bytes, node: 0, depth: 1, &slots)
    words.skipSpace(bytes)
    if words.at < words.end, bytes[words.at] != UInt8(ascii: "\n") { throw .trailing }
    if !joins.isEmpty { join(&slots) }
    return words.at
  }

  @inline(never) private func join(_ slots: inout MutableSpan<JSONSlice>) {
    for (field, ways) in joins {
      var found = JSONSlice.absent
      for way in ways where slots[way].isThere {
        if !found.isThere || slots[way].range.lowerBound > found.range.lowerBound { found = slots[way] }
      }
      slots[field] = found
    }
  }
}
