// Where an instrument's cells lie: the same place in every thread's own memory.
// SPDX-License-Identifier: Apache-2.0

/// Cells of one instrument: `count` neighbours from `offset` in `block`.
struct CellRange: Sendable, Hashable {
  let block: UInt32
  let offset: UInt16
  let count: UInt16

  /// Cells of a block that several instruments share: 512 bytes, so that a thread that touches one series of a hundred
  /// thousand pays for 64 and not for all. Longer ranges have a block of their own.
  static let sharedBlockCells = 64
  /// The longest range.
  static let longest = Int(UInt16.max)

  /// No cells: no thread has any, so that an instrument that counts here always takes its slower path.
  static let none = CellRange(block: .max, offset: 0, count: 0)

  /// Cells of the block that the range lies in.
  var blockCells: Int { max(Int(count), Self.sharedBlockCells) }
}
