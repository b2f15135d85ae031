// The way of a ``LineScanner`` through one line: from value to value by what is remembered of earlier lines, by reading
// where that does not hold, down into the objects and arrays on the way to a wanted key, over all others.
// SPDX-License-Identifier: Apache-2.0

/// Walks objects by a plan, and keeps the values that it names in slots. Not thread-safe.
struct KeyWalk: ~Copyable {
  private let plan: KeyPlan
  private var memory: KeyMemory

  /// Will walk by `plan`.
  init(_ plan: KeyPlan) {
    self.plan = plan
    memory = KeyMemory(nodeCount: plan.nodes.count)
  }

  /// Must be called before each line.
  @inline(__always) mutating func beginLine() { memory.beginLine() }

  /// Reads the object whose bracket is the next byte.
  mutating func object(
    _ words: inout JSONLexer, _ bytes: Span<UInt8>, node: Int, depth: Int, _ slots: inout MutableSpan<JSONSlice>
  ) throws(JSONFailure) {
    // The place is a local as long as nothing unusual comes: a register instead of memory.
    var at = words.at
    let end = words.end
    var previous = node
    var isFirst = true
    while true {
      let number = memory.next(after: previous, bytes, at: at)
      let target: KeyPlan.Target
      if number >= 0, end &- at > Int(memory.known[number].count) {
        at &+= Int(memory.known[number].count)
        target = memory.known[number].target
        previous = number
      } else {
        words.at = at
        guard let found = try newKey(&words, bytes, &previous, isFirst: isFirst, node: node) else { return }
        target = found
        at = words.at
        if at >= end { throw .unterminated }
      }
      isFirst = false
      let start = at
      let byte = bytes[start]
      if byte == UInt8(ascii: "\""), !target.isWay {
        let close = JSONLexer.plainEnd(bytes, from: start, to: end)
        if close >= 0 {
          if target.slot >= 0 { slots[Int(target.slot)] = JSONSlice(.string, start &+ 1, close) }
          at = close &+ 1
        } else {
          words.at = at
          try value(&words, bytes, target, depth: depth, &slots)
          at = words.at
        }
      } else if byte &- UInt8(ascii: "0") <= 9, !target.isWay {
        at = JSONLexer.shortNumberEnd(bytes, from: start, to: end)
        if at < 0 { at = try JSONLexer.numberEnd(bytes, from: start, to: end) }
        if target.slot >= 0 { slots[Int(target.slot)] = JSONSlice(.number, start, at) }
      } else {
        words.at = at
        try value(&words, bytes, target, depth: depth, &slots)
        at = words.at
      }
      if at >= end { throw .unterminated }
      if bytes[at] == UInt8(ascii: "}") {
        words.at = at &+ 1
        return
      }
    }
  }

  /// Reads up to the next value, and where its key leads; nil at the object's end.
  @inline(never) private mutating func newKey(
    _ words: inout JSONLexer, _ bytes: Span<UInt8>, _ previous: inout Int, isFirst: Bool, node: Int
  ) throws(JSONFailure) -> KeyPlan.Target? {
    let start = words.at
    let separator = try words.peek(bytes)
    if !isFirst, separator == UInt8(ascii: "}") {
      words.at += 1
      return nil
    }
    if separator != UInt8(ascii: isFirst ? "{" : ",") { throw .unexpected }
    words.at += 1
    let first = try words.peek(bytes)
    if isFirst, first == UInt8(ascii: "}") {
      words.at += 1
      return nil
    }
    if first != UInt8(ascii: "\"") { throw .unexpected }
    let key = try words.string(bytes)
    if try words.peek(bytes) != UInt8(ascii: ":") { throw .unexpected }
    words.at += 1
    words.skipSpace(bytes)
    let target = plan.target(from: node, key, bytes)
    previous = memory.learn(after: previous, bytes, start..<words.at, node: node, target: target)
    return target
  }

  /// Reads any value.
  @inline(never) private mutating func value(
    _ words: inout JSONLexer, _ bytes: Span<UInt8>, _ target: KeyPlan.Target, depth: Int,
    _ slots: inout MutableSpan<JSONSlice>
  ) throws(JSONFailure) {
    // A second member with the same key takes what the first one held inside with it.
    if target.isWay {
      for place in plan.edges[Int(target.edge)].inside { slots[plan.inside[place]] = .absent }
    }
    // White space may stand here that did not when the text before was learned.
    let byte = try words.peek(bytes)
    let start = words.at
    let slice: JSONSlice
    if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
      try nested(&words, bytes, target, depth: depth, &slots)
      slice = JSONSlice(byte == UInt8(ascii: "{") ? .object : .array, start, words.at)
    } else {
      switch try words.scalar(bytes) {
      case .string(let text):
        slice = JSONSlice(.string, isPlain: text.isPlain, text.range.lowerBound, text.range.upperBound)
      case .number: slice = JSONSlice(.number, start, words.at)
      case .boolean(let value): slice = JSONSlice(value ? .true : .false, start, words.at)
      default: slice = JSONSlice(.null, start, words.at)
      }
    }
    if target.slot >= 0 { slots[Int(target.slot)] = slice }
  }

  private mutating func nested(
    _ words: inout JSONLexer, _ bytes: Span<UInt8>, _ target: KeyPlan.Target, depth: Int,
    _ slots: inout MutableSpan<JSONSlice>
  ) throws(JSONFailure) {
    if !target.isWay { return try words.skipNested(bytes, depth: depth) }
    if depth >= Limits.jsonDepth { throw .deep }
    let node = plan.edges[Int(target.edge)].child
    if bytes[words.at] == UInt8(ascii: "{") {
      try object(&words, bytes, node: node, depth: depth + 1, &slots)
    } else {
      try array(&words, bytes, node: node, depth: depth + 1, &slots)
    }
  }

  /// Reads the array whose bracket is the next byte.
  private mutating func array(
    _ words: inout JSONLexer, _ bytes: Span<UInt8>, node: Int, depth: Int, _ slots: inout MutableSpan<JSONSlice>
  ) throws(JSONFailure) {
    words.at += 1
    if try words.peek(bytes) == UInt8(ascii: "]") {
      words.at += 1
      return
    }
    var index = 0
    while true {
      _ = try words.peek(bytes)
      try value(&words, bytes, plan.target(from: node, index: index), depth: depth, &slots)
      index += 1
      let byte = try words.peek(bytes)
      words.at += 1
      if byte == UInt8(ascii: "]") { return }
      if byte != UInt8(ascii: ",") { throw .unexpected }
    }
  }
}
