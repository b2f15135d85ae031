// Finds the route that a configuration names for a path: a tree by segments, text before braces. Each node is looked at
// once for a path, so that the work is bounded by the configuration.
// SPDX-License-Identifier: Apache-2.0

/// The known routes of one service. Not thread-safe; no heap to find one.
struct KnownRouteTree {
  private struct Node {
    /// The node of a segment in braces.
    var any: Int?
    /// The number that the route ending here was given.
    var route: Int?
  }

  private var nodes = [Node()]
  /// A segment's number is that of its node, less one; nodes of segments in braces stand there by that text.
  private var index = BytesIndex()

  /// Whether there is none.
  var isEmpty: Bool { nodes.count == 1 }

  /// Adds a path, which begins with a slash, with the number of its route.
  mutating func add(_ path: [UInt8], route: Int) {
    var node = 0
    var start = 1
    let bytes = path.span
    while start <= path.count {
      let stop = bytes.first(UInt8(ascii: "/"), in: start..<path.count)
      node = child(of: node, bytes, start..<stop)
      start = stop + 1
    }
    if nodes[node].route == nil { nodes[node].route = route }
  }

  private mutating func child(of node: Int, _ bytes: Span<UInt8>, _ segment: Range<Int>) -> Int {
    let isAny = !segment.isEmpty && bytes[segment.lowerBound] == UInt8(ascii: "{")
    if isAny, let known = nodes[node].any { return known }
    if !isAny, let known = index.find(bytes, segment, after: node) { return known + 1 }
    nodes.append(Node())
    let place = index.insert(bytes, segment, after: node) + 1
    if isAny { nodes[node].any = place }
    return place
  }

  /// The route of the path that fills `range`, a query behind it left out; nil when none is known.
  func route(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    let end = bytes.first(of: UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "#"), in: range)
    if range.isEmpty || bytes[range.lowerBound] != UInt8(ascii: "/") { return nil }
    return find(0, bytes, range.lowerBound..<end)
  }

  /// Looks for what stands behind the slash that `range` begins with.
  private func find(_ node: Int, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    let start = range.lowerBound + 1
    let stop = bytes.first(UInt8(ascii: "/"), in: start..<range.upperBound)
    if let number = index.find(bytes, start..<stop, after: node), nodes[node].any != number + 1 {
      if let found = next(number + 1, bytes, stop..<range.upperBound) { return found }
    }
    guard let any = nodes[node].any, stop > start else { return nil }
    return next(any, bytes, stop..<range.upperBound)
  }

  private func next(_ node: Int, _ bytes: Span<UInt8>, _ rest: Range<Int>) -> Int? {
    rest.isEmpty ? nodes[node].route : find(node, bytes, rest)
  }
}
