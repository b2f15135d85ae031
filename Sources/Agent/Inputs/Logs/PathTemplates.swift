// Turns paths into routes: `/orders/17?x=1` into `/orders/{id}`. What a segment looks like decides first (numbers,
// UUIDs, long hexadecimal, dates, long tokens). Where a position takes more than ``Limits/pathValues`` values under the
// same parent, it is an id as well, whatever it looks like: from then on new values, and old ones with a digit, are
// `{id}`; plain words that were known keep their name, so that a scanner's random paths do not swallow real routes.
// A position that was learned stays learned.
//
// The routes are a tree by segments, and a path is walked down it without any text being made: a route is the number of
// the node where its path ends.
// SPDX-License-Identifier: Apache-2.0

/// The routes of one service. Not thread-safe; no heap for paths whose prefixes are known.
struct PathTemplates {
  private struct Node {
    let parent: Int
    /// The length of the route's text, in bytes.
    let length: Int
    /// How many different segments came after this one.
    var values = 0
    /// Whether they are ids.
    var isLearned = false
    /// The node of `{id}` after this one.
    var placeholder: Int?
  }

  private static let placeholder = Array("{id}".utf8)
  /// The first one is before every path; a segment's number in the index is that of its node, less one.
  private var nodes = [Node(parent: 0, length: -1)]
  private var index = BytesIndex()
  /// The node of the empty text before a path's first slash, once one has come: nearly every path begins with it.
  private var root: Int?

  /// How many numbers there may be: one more than the greatest.
  var count: Int { nodes.count }

  /// The route of a path whose segments are to stay as they are.
  mutating func add(_ path: [UInt8]) -> Int? {
    var node = 0
    var start = 0
    let bytes = path.span
    while start <= path.count {
      let stop = bytes.first(UInt8(ascii: "/"), in: start..<path.count)
      guard let next = index.find(bytes, start..<stop, after: node).map({ $0 + 1 }) ?? add(node, bytes, start..<stop)
      else { return nil }
      node = next
      start = stop + 1
    }
    return node
  }

  /// The route of the path that fills `range`; nil when it is too long for a label, or needs more memory than there is
  /// for routes.
  mutating func route(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var node = 0
    var start = range.lowerBound
    if start < range.upperBound, bytes[start] == UInt8(ascii: "/"), let root {
      node = root
      start &+= 1
    }
    while true {
      let stop = bytes.first(
        of: UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), in: start..<range.upperBound)
      let isLast = stop == range.upperBound || bytes[stop] != UInt8(ascii: "/")
      guard let next = step(from: node, bytes, start..<stop) else { return nil }
      if node == 0, start == stop { root = next }
      node = next
      if isLast { return nodes[node].length <= Limits.logPathBytes ? node : nil }
      start = stop &+ 1
    }
  }

  /// The text of a route.
  func text(_ route: Int) -> [UInt8] {
    var parts: [ArraySlice<UInt8>] = []
    var node = route
    while node > 0 {
      parts.append(index.bytes(node - 1))
      node = nodes[node].parent
    }
    return Array(parts.reversed().joined(separator: [UInt8(ascii: "/")]))
  }

  private mutating func step(from node: Int, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    if let known = index.find(bytes, range, after: node) {
      return nodes[node].isLearned && Segment.hasDigit(bytes, range) ? placeholder(after: node) : known &+ 1
    }
    // What is between two slashes, or before the first, is no value.
    if range.isEmpty { return add(node, bytes, range) }
    if nodes[node].isLearned || Segment.isID(bytes, range) { return placeholder(after: node) }
    if nodes[node].values >= Limits.pathValues {
      nodes[node].isLearned = true
      return placeholder(after: node)
    }
    guard let child = add(node, bytes, range) else { return nil }
    nodes[node].values += 1
    return child
  }

  private mutating func placeholder(after node: Int) -> Int? {
    if let known = nodes[node].placeholder { return known }
    let bytes = Self.placeholder.span
    // A path may hold the very word.
    let child = index.find(bytes, 0..<bytes.count, after: node).map { $0 + 1 } ?? add(node, bytes, 0..<bytes.count)
    nodes[node].placeholder = child
    return child
  }

  private mutating func add(_ node: Int, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    if nodes.count > Limits.pathNodes { return nil }
    nodes.append(Node(parent: node, length: nodes[node].length + 1 + range.count))
    return index.insert(bytes, range, after: node) + 1
  }
}
