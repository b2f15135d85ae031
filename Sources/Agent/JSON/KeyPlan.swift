// Which keys a reader of lines looks for, compiled once: a tree of the objects and arrays on the way to them. Each way in
// which a path may be written has a slot of its own, because two of them may stand in one line; the later one counts.
// SPDX-License-Identifier: Apache-2.0

/// Keys to look for, by number: the first path that was given is field 0. A value; cheap to copy.
struct KeyPlan: Sendable {
  /// Where a key leads, small enough to be remembered with it.
  struct Target: Hashable, Sendable {
    /// To nothing that is looked for.
    static let none = Target(edge: -1, slot: -1, isWay: false)

    /// The edge, or -1.
    let edge: Int32
    /// Where the value is kept, or -1.
    let slot: Int32
    /// Whether something is looked for inside the value.
    let isWay: Bool
  }

  /// Where a way goes on from one key or place. Flat, so that reading it touches no reference count.
  struct Edge: Sendable {
    /// Where the value is kept; -1 when nothing that is looked for ends here.
    fileprivate(set) var slot = -1
    /// The node of the value; -1 when nothing is looked for inside it.
    fileprivate(set) var child = -1
    /// The part of ``KeyPlan/inside`` that names the slots of everything inside.
    fileprivate(set) var inside = 0..<0
  }

  /// An object or array on the way.
  struct Node: Sendable {
    fileprivate(set) var names: [(name: [UInt8], edge: Int)] = []
    fileprivate(set) var places: [(index: Int, edge: Int)] = []
  }

  /// The first is the line's own object.
  private(set) var nodes = [Node()]
  private(set) var edges: [Edge] = []
  private(set) var inside: [Int] = []
  /// How many fields there are.
  let fieldCount: Int
  /// How many slots: one for each field, by its number, and behind them those of the ways that share a field.
  private(set) var slotCount: Int
  /// The fields whose value is the last one of several slots.
  private(set) var joins: [(field: Int, slots: [Int])] = []

  /// Compiles `paths`; the same path may come again. See ``JSONPath`` for their form.
  init(_ paths: [String]) throws(JSONPathError) {
    if paths.count > Limits.jsonPaths { throw .many }
    var fields: [[[JSONPath.Step]]] = []
    for path in paths { fields.append(try JSONPath.ways(path)) }
    if fields.reduce(0, { $0 + $1.count }) > Limits.jsonWays { throw .many }
    self.init(fields)
  }

  /// Compiles keys of the line's own object, each as it stands, and behind them one field for each list of `marks`, that
  /// has the value of any of them, whichever comes last. A key of two lists is of the first.
  init(names: [String], marks: [[String]]) {
    self.init(names.map { [[.name(Array($0.utf8))]] }, more: marks.count)
    var known = Set(names)
    for (place, list) in marks.enumerated() {
      for mark in list where known.insert(mark).inserted {
        nodes[0].names.append((Array(mark.utf8), edges.count))
        edges.append(Edge(slot: names.count + place))
      }
    }
  }

  private init(_ fields: [[[JSONPath.Step]]], more: Int = 0) {
    fieldCount = fields.count + more
    slotCount = fields.count + more
    var inside: [[Int]] = []
    for (field, ways) in fields.enumerated() {
      let slots = ways.map { slot(of: $0, field: ways.count == 1 ? field : nil, &inside) }
      if slots != [field] { joins.append((field, slots)) }
    }
    for (edge, slots) in inside.enumerated() {
      edges[edge].inside = self.inside.count..<self.inside.count + slots.count
      self.inside += slots
    }
  }

  /// The slot of one way: the one that its end has already, or its field's if it is the only way there, or a new one.
  /// `inside` has the slots below each edge.
  private mutating func slot(of way: [JSONPath.Step], field: Int?, _ inside: inout [[Int]]) -> Int {
    var node = 0
    var passed: [Int] = []
    for step in way {
      if let above = passed.last {
        if edges[above].child < 0 {
          edges[above].child = nodes.count
          nodes.append(Node())
        }
        node = edges[above].child
      }
      passed.append(edge(from: node, step))
    }
    inside += [[Int]](repeating: [], count: edges.count - inside.count)
    guard let last = passed.popLast() else { return 0 }
    if edges[last].slot < 0 {
      let slot = field ?? slotCount
      if field == nil { slotCount += 1 }
      edges[last].slot = slot
      for edge in passed { inside[edge].append(slot) }
    }
    return edges[last].slot
  }

  private mutating func edge(from node: Int, _ step: JSONPath.Step) -> Int {
    switch step {
    case .name(let name):
      if let known = nodes[node].names.first(where: { $0.name == name }) { return known.edge }
      nodes[node].names.append((name, edges.count))
    case .index(let index):
      if let known = nodes[node].places.first(where: { $0.index == index }) { return known.edge }
      nodes[node].places.append((index, edges.count))
    }
    edges.append(Edge())
    return edges.count - 1
  }

  /// The way on from a key of an object.
  func target(from node: Int, _ key: JSONText, _ bytes: Span<UInt8>) -> Target {
    if key.isPlain {
      for (name, edge) in nodes[node].names where bytes.equals(key.range, name) { return target(edge) }
      return .none
    }
    var decoded: [UInt8] = []
    bytes.decode(key, into: &decoded)
    for (name, edge) in nodes[node].names where decoded == name { return target(edge) }
    return .none
  }

  /// The way on from a place in an array.
  func target(from node: Int, index: Int) -> Target {
    for (known, edge) in nodes[node].places where known == index { return target(edge) }
    return .none
  }

  private func target(_ edge: Int) -> Target {
    Target(
      edge: Int32(truncatingIfNeeded: edge), slot: Int32(truncatingIfNeeded: edges[edge].slot),
      isWay: edges[edge].child >= 0)
  }
}
