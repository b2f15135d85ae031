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

  /// The edges of each node by the length of their names, longer ones in the last list.
  private var nodes: [[[Edge]]] = [LineFields.emptyNode]
  private var slots: [LogValue]
  /// The numbers of those that stand in the line, each once, as they came.
  private(set) var found: [Int] = []
  private var isFound: [Bool]

  private static let emptyNode = [[Edge]](repeating: [], count: 33)

  /// Will look for `paths`; the first is number 0.
  init(_ paths: [String]) {
    slots = [LogValue](repeating: .none, count: paths.count)
    isFound = [Bool](repeating: false, count: paths.count)
    for (number, path) in paths.enumerated() {
      let parts = path.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
      add(number, parts[...], node: 0)
    }
  }

  /// The value of a key in the line that was read last.
  subscript(number: Int) -> LogValue { slots[number] }

  /// Adds all ways in which the first parts may be one key and the others stand inside it.
  private mutating func add(_ number: Int, _ parts: ArraySlice<[UInt8]>, node: Int) {
    var name: [UInt8] = []
    for (count, part) in parts.enumerated() {
      name += count == 0 ? part : [UInt8(ascii: ".")] + part
      let rest = parts.dropFirst(count + 1)
      if rest.isEmpty {
        edit(node, name) { $0.slot = number }
      } else {
        var child = -1
        edit(node, name) { child = $0.child }
        if child < 0 {
          child = nodes.count
          nodes.append(Self.emptyNode)
          edit(node, name) { $0.child = child }
        }
        add(number, rest, node: child)
      }
    }
  }

  private mutating func edit(_ node: Int, _ name: [UInt8], _ change: (inout Edge) -> Void) {
    let length = min(name.count, 32)
    let place = nodes[node][length].firstIndex { $0.name == name } ?? nodes[node][length].count
    if place == nodes[node][length].count { nodes[node][length].append(Edge(name: name)) }
    change(&nodes[node][length][place])
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
    for edge in nodes[node][min(key.count, 32)] where bytes.equals(key, edge.name) { return (edge.slot, edge.child) }
    return (-1, -1)
  }

  private func findDecoded(_ bytes: Span<UInt8>, _ key: JSONText, _ node: Int) -> (slot: Int, child: Int) {
    var decoded: [UInt8] = []
    bytes.decode(key, into: &decoded)
    return find(decoded.span, 0..<decoded.count, node)
  }
}
