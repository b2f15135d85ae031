// Makes whole lines of blocks that end anywhere. A half line is kept until its line feed comes, however long that
// takes; one past the limit is passed over in constant memory. NUL bytes where a line would begin are a hole and are
// skipped. Blocks must not be longer than a line may be: then only the first line of a block needs measuring.
// SPDX-License-Identifier: Apache-2.0

/// The state between two blocks of one file.
struct LineCutter {
  /// The line that is not complete yet.
  private(set) var carry: [UInt8] = []
  /// Everything up to the next line feed is passed over.
  private(set) var isSkipping: Bool

  /// `skipping` begins inside a line.
  init(skipping: Bool = false) { isSkipping = skipping }

  /// Adds a block; whole lines go to `batch`.
  mutating func add(_ block: [UInt8], to batch: inout TailBatch) {
    var start = 0
    if isSkipping {
      guard let feed = block.firstIndex(of: 10) else { return }
      start = feed + 1
      isSkipping = false
    }
    if carry.isEmpty {
      start = skipHole(block, from: start, &batch)
      if start == block.count { return }
    }
    guard let last = block.lastIndex(of: 10), last >= start else {
      return keep(block, from: start, &batch)
    }
    if !carry.isEmpty, let feed = block[start...].firstIndex(of: 10) {
      if carry.count + feed - start > Limits.lineBytes {
        batch.longLines &+= 1
        start = feed + 1
      } else {
        batch.lines.append(contentsOf: carry)
      }
      // And its room with it: thousands of files would each keep that of a line.
      carry = []
    }
    if start <= last { batch.lines.append(contentsOf: block[start...last]) }
    keep(block, from: skipHole(block, from: last + 1, &batch), &batch)
  }

  /// The file begins anew: the half line is none any more.
  mutating func reset() {
    carry.removeAll()
    isSkipping = false
  }

  /// The last `count` bytes are taken back, and what is left ends a line or not. True when a line is torn by that: of
  /// one that was handed out only a part remains, and what follows in it is passed over.
  mutating func withdraw(_ count: Int, isLineEnd: Bool) -> Bool {
    if count <= carry.count {
      carry.removeLast(count)
      return false
    }
    carry.removeAll()
    let isTorn = !isLineEnd && !isSkipping
    isSkipping = !isLineEnd
    return isTorn
  }

  /// A long run of zeros ends whatever line there was; true when one had begun.
  mutating func breakLine() -> Bool {
    let hadBegun = !carry.isEmpty
    reset()
    return hadBegun
  }

  private mutating func keep(_ block: [UInt8], from start: Int, _ batch: inout TailBatch) {
    if carry.count + block.count - start > Limits.lineBytes {
      batch.longLines &+= 1
      carry.removeAll()
      isSkipping = true
    } else {
      carry.append(contentsOf: block[start...])
    }
  }

  private func skipHole(_ block: [UInt8], from start: Int, _ batch: inout TailBatch) -> Int {
    var index = start
    while index < block.count, block[index] == 0 { index += 1 }
    batch.holeBytes &+= UInt64(index - start)
    return index
  }
}
