// Turns paths into routes: `/orders/17?x=1` into `/orders/{id}`. What a segment looks like decides first (numbers,
// UUIDs, long hexadecimal, dates, long tokens). Where a position takes more than ``Limits/pathValues`` values under the
// same parent, it is an id as well, whatever it looks like: from then on new values, and old ones with a digit, are
// `{id}`; plain words that were known keep their name, so that a scanner's random paths do not swallow real routes.
// A position that was learned stays learned.
// SPDX-License-Identifier: Apache-2.0

/// The routes of one service. Not thread-safe; no heap for paths whose prefixes are known.
struct PathTemplates {
  private struct Node {
    var values = 0
    var isLearned = false
  }

  private static let placeholder = Array("{id}".utf8)
  private var nodes = [Node()]
  private var index = BytesIndex()
  private var key: [UInt8] = []

  /// Appends the route of `path` to `route`; false when it needs more memory than there is for routes.
  mutating func append(_ path: Span<UInt8>, to route: inout [UInt8]) -> Bool {
    let head = route.count
    var end = 0
    while end < path.count, path[end] != UInt8(ascii: "?"), path[end] != UInt8(ascii: "#") { end += 1 }
    var node = 0
    var start = 0
    while start <= end {
      var stop = start
      while stop < end, path[stop] != UInt8(ascii: "/") { stop += 1 }
      if start > 0 { route.append(UInt8(ascii: "/")) }
      if start < stop {
        let isID = Segment.isID(path, start..<stop)
        guard let next = step(from: node, path, start..<stop, isID: isID, &route) else { return false }
        node = next
      }
      start = stop + 1
    }
    return route.count - head <= Limits.logPathBytes
  }

  private mutating func step(
    from node: Int, _ path: Span<UInt8>, _ range: Range<Int>, isID: Bool, _ route: inout [UInt8]
  ) -> Int? {
    if !isID {
      setKey(node)
      for index in range { key.append(path[index]) }
      let known = index.find(key)
      let isLearned = nodes[node].isLearned
      if let known, !isLearned || !Segment.hasDigit(path, range) {
        for index in range { route.append(path[index]) }
        return known + 1
      }
      if !isLearned, nodes[node].values < Limits.pathValues {
        if nodes.count > Limits.pathNodes { return nil }
        nodes[node].values += 1
        for index in range { route.append(path[index]) }
        return add()
      }
      nodes[node].isLearned = true
    }
    route.append(contentsOf: Self.placeholder)
    setKey(node)
    key.append(contentsOf: Self.placeholder)
    if let known = index.find(key) { return known + 1 }
    return nodes.count > Limits.pathNodes ? nil : add()
  }

  /// The key of a child begins with its parent's number.
  private mutating func setKey(_ node: Int) {
    key.removeAll(keepingCapacity: true)
    key.append(UInt8(truncatingIfNeeded: node))
    key.append(UInt8(truncatingIfNeeded: node >> 8))
  }

  /// Nodes are numbered as their keys are, after the root.
  private mutating func add() -> Int {
    nodes.append(Node())
    return index.insert(key) + 1
  }
}
