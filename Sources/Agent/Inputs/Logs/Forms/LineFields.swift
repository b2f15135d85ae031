// Finds the values of a list of keys in one line after another, whatever cuts the line: JSON, or `key=value` pairs. A key
// such as `http.request.method` may stand there as nested objects, as one key with dots, or as a mix of both.
// SPDX-License-Identifier: Apache-2.0

/// The values of one line at the keys that somebody asked for. Not thread-safe; no heap for lines of plain keys.
struct LineFields: Sendable {
  /// Where a key leads to.
  private struct Edge: Sendable {
    let name: [UInt8]
    /// Which value it is; -1 when none ends here.
    var slot = -1
    /// The node of what is inside; -1 when nothing is looked for there.
    var child = -1
  }

  /// The edges of each node by the length of their names, longer ones in the last list. Only the line's own object has so
  /// many that more than one list pays.
  private var nodes: [[[Edge]]] = [[[Edge]](repeating: [], count: 33)]
  private var slots: [LogValue]
  /// The numbers of those that stand in the line, each once, as they came.
  private(set) var found: [Int] = []
  private var isFound: [Bool]

  /// Will look for `paths`; the first is number 0.
  init(_ paths: [String]) {
    slots = [LogValue](repeating: .none, count: paths.count)
    isFound = [Bool](repeating: false, count: paths.count)
    for (number, path) in paths.enumerated() { add(number, Array(path.utf8), from: 0, node: 0) }
  }

  /// The value of a key in the line that was read last.
  subscript(number: Int) -> LogValue { slots[number] }

  /// Adds all ways in which the first parts of what is left of a path may be one key and the others stand inside it.
  private mutating func add(_ number: Int, _ path: [UInt8], from start: Int, node: Int) {
    for end in start..<path.count where path[end] == UInt8(ascii: ".") {
      let (length, place) = edge(node, path, start..<end)
      var child = nodes[node][length][place].child
      if child < 0 {
        child = nodes.count
        nodes[node][length][place].child = child
        nodes.append([[]])
      }
      add(number, path, from: end + 1, node: child)
    }
    let (length, place) = edge(node, path, start..<path.count)
    nodes[node][length][place].slot = number
  }

  /// Where the edge of a name stands among a node's, which is made when it is new.
  private mutating func edge(_ node: Int, _ path: [UInt8], _ name: Range<Int>) -> (length: Int, place: Int) {
    let length = min(name.count, nodes[node].count - 1)
    let bytes = path.span
    if let known = nodes[node][length].firstIndex(where: { bytes.equals(name, $0.name) }) { return (length, known) }
    nodes[node][length].append(Edge(name: Array(path[name])))
    return (length, nodes[node][length].count - 1)
  }

  /// Forgets the last line.
  mutating func reset() {
    for slot in found {
      slots[slot] = .none
      isFound[slot] = false
    }
    found.removeAll(keepingCapacity: true)
  }

  private mutating func keep(_ slot: Int, _ value: LogValue) {
    slots[slot] = value
    if isFound[slot] { return }
    isFound[slot] = true
    found.append(slot)
  }

  /// Reads the JSON object that fills `range`. Of several members with one key the last counts.
  mutating func scan(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(JSONFailure) {
    reset()
    try scan(bytes, range, node: 0)
  }

  private mutating func scan(_ bytes: Span<UInt8>, _ range: Range<Int>, node: Int) throws(JSONFailure) {
    var scanner = JSONScanner(range)
    while let member = try scanner.next(in: bytes) {
      let found = member.key.isPlain ? find(bytes, member.key.range, node) : findDecoded(bytes, member.key, node)
      if found.slot >= 0 { keep(found.slot, LogValue(member.value)) }
      // As deep as paths are long, and no deeper.
      if found.child < 0 { continue }
      if case .object(let inner) = member.value { try scan(bytes, inner, node: found.child) }
      if case .array(let list) = member.value { try scanFirst(bytes, list, node: found.child) }
    }
  }

  /// Looks into the first object of a list, such as the exceptions of a line, of which the first is the one that was
  /// caught.
  @inline(never) private mutating func scanFirst(
    _ bytes: Span<UInt8>, _ list: Range<Int>, node: Int
  ) throws(JSONFailure) {
    var elements = JSONElements(list)
    guard let first = elements.next(in: bytes), bytes[first.lowerBound] == UInt8(ascii: "{") else { return }
    try scan(bytes, first, node: node)
  }

  /// Takes a pair of a line that has no nesting; the first of several counts. False when nobody asked for the key.
  @discardableResult
  mutating func take(_ bytes: Span<UInt8>, key: Range<Int>, _ value: LogValue) -> Bool {
    let slot = find(bytes, key, 0).slot
    if slot < 0 { return false }
    if !slots[slot].isThere, value.isThere { keep(slot, value) }
    return true
  }

  private func find(_ bytes: Span<UInt8>, _ key: Range<Int>, _ node: Int) -> (slot: Int, child: Int) {
    let length = min(key.count, nodes[node].count - 1)
    for edge in nodes[node][length] where bytes.equals(key, edge.name) { return (edge.slot, edge.child) }
    return (-1, -1)
  }

  private func findDecoded(_ bytes: Span<UInt8>, _ key: JSONText, _ node: Int) -> (slot: Int, child: Int) {
    var decoded: [UInt8] = []
    bytes.decode(key, into: &decoded)
    return find(decoded.span, 0..<decoded.count, node)
  }
}
