// One thread's part of a native histogram: what layout it is in, the sum, the zero bucket, the classic buckets, and a
// window of neighbouring exponential buckets for each sign. Memory is 8 bytes a bucket between the least and the greatest
// that the thread has counted in, rounded up to a power of two, whether they are populated or not: some 1 KB for values
// of three decades at schema 3. Protocol: see NativeCells.
//
// The file is unsafe because cells are reached by address; places are checked against the window's length.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A thread's cells of one native histogram.
@safe struct NativeBlock {
  // Places of the cells. Those of a window are three for each sign.
  private static let sequence = 0
  private static let version = 1
  private static let epoch = 2
  private static let shift = 3
  private static let zeroThreshold = 4
  private static let sum = 5
  private static let zeroCount = 6
  private static let windows = 7
  private static let first = 0
  private static let length = 1
  private static let offset = 2
  private static let classic = 13

  private static let signBit: UInt64 = 1 << 63
  private static let leastWindow = 16
  /// Tries at an untorn reading, as in HistogramCells.
  private static let tries = 64

  private let cells: UnsafeMutablePointer<Cell>

  /// The block at an address that ``address`` gave; nil for 0.
  @inline(__always) init?(_ address: UInt64) {
    guard let cells = unsafe UnsafeMutablePointer<Cell>(bitPattern: UInt(truncatingIfNeeded: address)) else {
      return nil
    }
    unsafe self.cells = cells
  }

  /// What a header keeps.
  var address: UInt64 { unsafe UInt64(UInt(bitPattern: cells)) }

  /// Gives the memory back.
  func deallocate() { unsafe free(cells) }

  @inline(__always) private subscript(place: Int) -> UInt64 {
    get { unsafe cells[place].load(ordering: .relaxed) }
    nonmutating set { unsafe cells[place].store(newValue, ordering: .relaxed) }
  }

  // MARK: Counting, by the owner

  /// Counts a value in a bucket that the thread has counted in before, in this layout; otherwise does nothing and says
  /// false, also where there would be no finite sum.
  @inline(__always)
  func observe(_ value: Double, bound: Int, bounds: Int, _ version: UInt64, _ buckets: NativeIndex) -> Bool {
    if self[Self.version] != version { return false }
    let place = place(of: value, buckets)
    if place != Self.zeroCount && (place == 0 || self[place] == 0) { return false }
    return add(value, at: place, bound: bound, bounds: bounds)
  }

  /// Counts a value whose bucket is in the window.
  func observe(_ value: Double, bound: Int, bounds: Int) -> Bool {
    let place = place(of: value, .shared)
    return place != 0 && add(value, at: place, bound: bound, bounds: bounds)
  }

  /// True when there is a cell for the value.
  func hasPlace(for value: Double) -> Bool { place(of: value, .shared) != 0 }

  /// True when the sum stays finite.
  func mayAdd(_ value: Double) -> Bool { (Double(bitPattern: self[Self.sum]) + value).isFinite }

  /// The value's cell, or 0 when the window does not reach there.
  @inline(__always) private func place(of value: Double, _ buckets: NativeIndex) -> Int {
    if value.magnitude <= Double(bitPattern: self[Self.zeroThreshold]) { return Self.zeroCount }
    let bits = value.bitPattern
    let index = buckets.index(of: bits & ~Self.signBit, shift: Int(truncatingIfNeeded: self[Self.shift]))
    let window = Self.windows &+ 3 &* Int(truncatingIfNeeded: bits &>> 63)
    let place = UInt64(truncatingIfNeeded: index) &- self[window &+ Self.first]
    return place < self[window &+ Self.length] ? Int(truncatingIfNeeded: self[window &+ Self.offset] &+ place) : 0
  }

  @inline(__always) private func add(_ value: Double, at place: Int, bound: Int, bounds: Int) -> Bool {
    let sum = Double(bitPattern: self[Self.sum]) + value
    if !sum.isFinite { return false }
    let begin = self[Self.sequence]
    self[Self.sequence] = begin &+ 1
    unsafe cells[place].store(self[place] &+ 1, ordering: .releasing)
    if bound < bounds {
      let classic = Self.classic &+ bound
      unsafe cells[classic].store(self[classic] &+ 1, ordering: .releasing)
    }
    unsafe cells[Self.sum].store(sum.bitPattern, ordering: .releasing)
    unsafe cells[Self.sequence].store(begin &+ 2, ordering: .releasing)
    return true
  }

  // MARK: Making, by the owner under the histogram's lock

  /// True when it is in this layout.
  func isIn(_ layout: NativeLayout) -> Bool { self[Self.version] == layout.version }

  /// True when what it counted is not from before a start at zero.
  func counts(for layout: NativeLayout) -> Bool { self[Self.epoch] == layout.epoch }

  /// A block in this layout that has a place for the value and everything that the earlier one counted since the last
  /// start at zero; nil without memory.
  static func make(for value: Double, in layout: NativeLayout, bounds: Int, from earlier: NativeBlock?) -> NativeBlock?
  {
    let earlier = earlier.flatMap { $0.counts(for: layout) ? $0 : nil }
    let bucket = layout.bucket(of: value)
    let windows = [false, true].map { isNegative -> (first: Int, length: Int) in
      let known = earlier?.extent(isNegative, in: layout)
      return window(known, and: (value < 0) == isNegative ? bucket : nil)
    }
    let count = classic + bounds + windows[0].length + windows[1].length
    guard let memory = unsafe calloc(count, MemoryLayout<Cell>.stride) else { return nil }
    guard let block = NativeBlock(UInt64(UInt(bitPattern: memory))) else { return nil }
    block[version] = layout.version
    block[epoch] = layout.epoch
    block[shift] = UInt64(NativeLayout.shift(layout.schema))
    block[zeroThreshold] = layout.zeroThreshold.bitPattern
    var offset = classic + bounds
    for (number, window) in windows.enumerated() {
      let place = Self.windows + 3 * number
      block[place + first] = UInt64(truncatingIfNeeded: window.first)
      block[place + length] = UInt64(window.length)
      block[place + Self.offset] = UInt64(offset)
      offset += window.length
    }
    if let earlier { block.take(earlier, bounds: bounds, in: layout) }
    return block
  }

  /// Twice the room that is needed at most, on the side on which it grew.
  private static func window(_ known: ClosedRange<Int>?, and bucket: Int?) -> (first: Int, length: Int) {
    guard let either = known?.lowerBound ?? bucket else { return (0, 0) }
    let low = min(either, bucket ?? either)
    let high = max(known?.upperBound ?? either, bucket ?? either)
    var length = leastWindow
    while length <= high - low { length *= 2 }
    let spare = length - (high - low + 1)
    if known == nil { return (low - spare / 2, length) }
    return (bucket == low ? low - spare : low, length)
  }

  /// From the least to the greatest populated bucket of a sign, as another layout numbers them.
  private func extent(_ isNegative: Bool, in layout: NativeLayout) -> ClosedRange<Int>? {
    var extent: ClosedRange<Int>?
    forEachBucket { index, count, negative in
      if negative != isNegative { return }
      guard let index = layout.bucket(of: index, schema: schema) else { return }
      extent = min(index, extent?.lowerBound ?? index)...max(index, extent?.upperBound ?? index)
    }
    return extent
  }

  private var schema: Int { NativeLayout.schemas.upperBound - Int(truncatingIfNeeded: self[Self.shift]) }

  private func take(_ earlier: NativeBlock, bounds: Int, in layout: NativeLayout) {
    self[Self.sum] = earlier[Self.sum]
    self[Self.zeroCount] = earlier[Self.zeroCount]
    for bound in 0..<bounds { self[Self.classic + bound] = earlier[Self.classic + bound] }
    earlier.forEachBucket { index, count, isNegative in
      var place = Self.zeroCount
      if let index = layout.bucket(of: index, schema: earlier.schema) {
        let window = Self.windows + (isNegative ? 3 : 0)
        let inside = UInt64(truncatingIfNeeded: index) &- self[window + Self.first]
        if inside >= self[window + Self.length] { return }
        place = Int(truncatingIfNeeded: self[window + Self.offset] + inside)
      }
      self[place] &+= count
    }
  }

  /// Visits the populated buckets of a block that nobody counts in meanwhile.
  private func forEachBucket(_ body: (_ index: Int, _ count: UInt64, _ isNegative: Bool) -> Void) {
    for window in [Self.windows, Self.windows + 3] {
      let offset = Int(truncatingIfNeeded: self[window + Self.offset])
      for place in 0..<Int(truncatingIfNeeded: self[window + Self.length]) where self[offset + place] != 0 {
        let index = Int(truncatingIfNeeded: self[window + Self.first]) &+ place
        body(index, self[offset + place], window != Self.windows)
      }
    }
  }

  /// All that it counted.
  var total: UInt64 {
    var total = self[Self.zeroCount]
    forEachBucket { _, count, _ in total &+= count }
    return total
  }

  // MARK: Reading, by anybody under the histogram's lock

  /// Adds what it counted to a reading. After a bounded number of tries it takes what is there: the buckets are right,
  /// the sum may lack the one value that its owner was put off at.
  func add(to tally: inout NativeTally) {
    let bounds = tally.classic.count
    let lengths = (self[Self.windows + Self.length], self[Self.windows + 3 + Self.length])
    let end = Self.classic + bounds + Int(truncatingIfNeeded: lengths.0 &+ lengths.1)
    var scratch = [UInt64](repeating: 0, count: end)
    for _ in 0..<Self.tries {
      let before = unsafe cells[Self.sequence].load(ordering: .acquiring)
      // Exponential buckets last, as they are counted first: they are never fewer than the classic ones.
      for place in Self.classic..<end { scratch[place] = unsafe cells[place].load(ordering: .acquiring) }
      for place in [Self.sum, Self.zeroCount] { scratch[place] = unsafe cells[place].load(ordering: .acquiring) }
      if unsafe before & 1 == 0 && cells[Self.sequence].load(ordering: .relaxed) == before { break }
    }
    tally.sum += Double(bitPattern: scratch[Self.sum])
    tally.zeroCount &+= scratch[Self.zeroCount]
    for bound in 0..<bounds { tally.classic[bound] &+= scratch[Self.classic + bound] }
    for window in [Self.windows, Self.windows + 3] {
      let offset = Int(truncatingIfNeeded: self[window + Self.offset])
      for place in 0..<Int(truncatingIfNeeded: self[window + Self.length]) where scratch[offset + place] != 0 {
        let index = Int(truncatingIfNeeded: self[window + Self.first]) &+ place
        tally.add(scratch[offset + place], to: index, schema: schema, isNegative: window != Self.windows)
      }
    }
  }
}
