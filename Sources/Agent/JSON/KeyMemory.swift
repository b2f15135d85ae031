// What usually follows what. The lines of one logger have the same keys in the same order, spaces and all, so that the
// bytes between two values, such as `, "status": `, are compared whole with what stood there in earlier lines: one
// comparison of a block instead of reading a separator, a string, a colon, and looking the key up. Each known text
// remembers the few that came after it, since a log has lines of several forms. It only saves work: what it does not
// know is read and learned, and a match is exact.
// SPDX-License-Identifier: Apache-2.0

/// The texts before values, and their order. Not thread-safe; no heap once the forms of lines are known.
struct KeyMemory {
  /// A text that was seen before a value.
  struct Known {
    /// The bits of the block that the text fills.
    fileprivate let mask: UInt32
    /// The object it stands in, as a node of the plan.
    fileprivate let node: Int32
    /// Those that came next, the newest first; -1 for none.
    fileprivate var next = SIMD4<Int16>(repeating: -1)
    /// The text's length, in bytes.
    let count: Int32
    /// Where its key leads.
    let target: KeyPlan.Target
  }

  /// The text at the beginning of an object stands for the object's node.
  private let nodeCount: Int
  private(set) var known: [Known] = []
  /// A block for each.
  private var texts: [UInt8] = []

  /// Knows nothing yet.
  init(nodeCount: Int) { self.nodeCount = nodeCount }

  /// The known text that stands at `place`, when it is one that came after `previous` before; else -1.
  @inline(__always) func next(after previous: Int, _ bytes: Span<UInt8>, at place: Int) -> Int {
    if previous < 0 { return -1 }
    let next = known[previous].next
    let texts = texts.span
    for turn in 0..<4 {
      let number = Int(truncatingIfNeeded: next[turn])
      if number < 0 { return -1 }
      let differences = bytes.differences(at: place, from: texts, at: block(number))
      if differences & known[number].mask == 0 { return number }
    }
    return -1
  }

  /// Learns that the text of `range` came after `previous` and leads to `target`; its number, or -1 when it is longer than
  /// a block or there is no room: then nothing is known of what comes next.
  @inline(never) mutating func learn(
    after previous: Int, _ bytes: Span<UInt8>, _ range: Range<Int>, node: Int, target: KeyPlan.Target
  ) -> Int {
    if range.isEmpty || range.count > Span<UInt8>.blockBytes || isFull { return -1 }
    let number = find(bytes, range, node) ?? add(bytes, range, node, target)
    if previous < 0 { return number }
    let next = known[previous].next
    known[previous].next = SIMD4(Int16(truncatingIfNeeded: number), next[0], next[1], next[2])
    return number
  }

  /// Begins a line: a memory that is full, as keys that differ from line to line make it, starts anew. Not earlier, since
  /// numbers are held while a line is read.
  @inline(__always) mutating func beginLine() {
    if known.isEmpty || isFull { forget() }
  }

  @inline(never) private mutating func forget() {
    known = (0..<nodeCount).map { Known(mask: 0, node: Int32($0), count: 0, target: .none) }
    texts.removeAll(keepingCapacity: true)
  }

  private var isFull: Bool { known.count &- nodeCount >= Limits.jsonKnownKeys }

  /// Where a text begins. Those that stand for nodes have none.
  @inline(__always) private func block(_ number: Int) -> Int { (number &- nodeCount) &* Span<UInt8>.blockBytes }

  private func find(_ bytes: Span<UInt8>, _ range: Range<Int>, _ node: Int) -> Int? {
    for number in nodeCount..<max(nodeCount, known.count) where Int(known[number].count) == range.count {
      let start = block(number)
      if Int(known[number].node) == node, bytes.equals(range, texts.span, start..<start + range.count) { return number }
    }
    return nil
  }

  private mutating func add(_ bytes: Span<UInt8>, _ range: Range<Int>, _ node: Int, _ target: KeyPlan.Target) -> Int {
    for index in range { texts.append(bytes[index]) }
    for _ in range.count..<Span<UInt8>.blockBytes { texts.append(0) }
    let mask = UInt32.max >> UInt32(truncatingIfNeeded: Span<UInt8>.blockBytes - range.count)
    known.append(
      Known(
        mask: mask, node: Int32(truncatingIfNeeded: node), count: Int32(truncatingIfNeeded: range.count), target: target
      ))
    return known.count - 1
  }
}
