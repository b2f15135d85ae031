// The cells of one counter: what whole amounts and what fractional ones add up to.
//
// The file is unsafe because it is handed cells by address; their number is the range's.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// One thread's part of a counter.
@safe enum CounterCells {
  /// Cells that a counter needs.
  static let count = 2

  /// Adds to the calling thread's part; false when it has none yet.
  @inline(__always) static func add(_ amount: UInt64, to range: CellRange) -> Bool {
    guard let cells = unsafe ThreadCells.current?.cells(range) else { return false }
    unsafe cells[0].store(cells[0].load(ordering: .relaxed) &+ amount, ordering: .releasing)
    return true
  }

  /// Adds at a thread's first touch; false where there is no memory for it.
  static func addAtFirst(_ amount: UInt64, to range: CellRange) -> Bool {
    unsafe CellSpace.shared.firstTouch(range) { cells in
      unsafe cells[0].store(cells[0].load(ordering: .relaxed) &+ amount, ordering: .releasing)
      return true
    }
  }

  /// Adds a fraction; false where that would leave no finite sum, or there is no memory for it.
  static func addFraction(_ amount: Double, to range: CellRange) -> Bool {
    if let cells = unsafe ThreadCells.current?.cells(range) { return unsafe addFraction(amount, to: cells) }
    return unsafe CellSpace.shared.firstTouch(range) { unsafe addFraction(amount, to: $0) }
  }

  private static func addFraction(_ amount: Double, to cells: UnsafeMutablePointer<Cell>) -> Bool {
    let sum = unsafe Double(bitPattern: cells[1].load(ordering: .relaxed)) + amount
    if !sum.isFinite { return false }
    unsafe cells[1].store(sum.bitPattern, ordering: .releasing)
    return true
  }

  /// The sums over all threads; a sum past the largest double reads as that.
  @inline(__always) static func read(_ range: CellRange) -> (whole: UInt64, fraction: Double) {
    var whole: UInt64 = 0
    var fraction = 0.0
    unsafe CellSpace.shared.forEach(range) { cells in
      whole &+= unsafe cells[0].load(ordering: .acquiring)
      fraction += unsafe Double(bitPattern: cells[1].load(ordering: .acquiring))
    }
    return (whole, min(fraction, .greatestFiniteMagnitude))
  }
}
