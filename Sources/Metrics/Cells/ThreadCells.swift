// One thread's cells. A thread-local pointer leads to a directory, its entries to blocks of cells; only the thread itself
// stores there, so that an addition is a load and a store without a locked instruction, and everybody may read. Blocks
// come at a thread's first touch; a directory that is too short is replaced by one of twice its length, and the old one
// is kept, because a reader may still be in it (all old ones together are shorter than the new).
//
// The file is unsafe because cells are reached by address; an address comes from this file or CellSpace, whose blocks
// are never freed, and a range is checked against the directory's length.
// SPDX-License-Identifier: Apache-2.0
import CVitals
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// 64 bits that one thread stores to and all may load.
typealias Cell = Atomic<UInt64>

/// A thread's directory of blocks.
@safe struct ThreadCells {
  private typealias Word = Atomic<UInt>

  /// Words before the first entry: length, place in the space, the directory that this one replaced, label cache, and
  /// whether memory is being asked for.
  private static let head = 8
  private static let firstLength = 56

  private let words: UnsafeMutablePointer<Word>

  /// The calling thread's directory, or nil as long as it has none.
  @inline(__always) static var current: ThreadCells? {
    guard let pointer = unsafe vitals_thread_cells_get() else { return nil }
    return unsafe ThreadCells(words: pointer.assumingMemoryBound(to: Word.self))
  }

  /// The directory at an address that ``address`` gave.
  static func at(_ address: UInt) -> ThreadCells? {
    guard let words = unsafe UnsafeMutablePointer<Word>(bitPattern: address) else { return nil }
    return unsafe ThreadCells(words: words)
  }

  private init(words: UnsafeMutablePointer<Word>) { unsafe self.words = words }

  /// A new directory for the thread at this place; nil without memory.
  static func make(place: Int) -> ThreadCells? { make(place: UInt(place), length: firstLength, replaced: 0) }

  private static func make(place: UInt, length: Int, replaced: UInt) -> ThreadCells? {
    guard let memory = unsafe calloc(head + length, MemoryLayout<Word>.stride) else { return nil }
    let words = unsafe memory.bindMemory(to: Word.self, capacity: head + length)
    unsafe words[0].store(UInt(length), ordering: .relaxed)
    unsafe words[1].store(place, ordering: .relaxed)
    unsafe words[2].store(replaced, ordering: .relaxed)
    return unsafe ThreadCells(words: words)
  }

  /// What readers keep.
  var address: UInt { unsafe UInt(bitPattern: words) }

  /// Index among the space's directories.
  var place: Int { Int(unsafe words[1].load(ordering: .relaxed)) }

  /// The address of what the thread keeps of its label lookups, 0 for nothing.
  var cache: UInt {
    get { unsafe words[3].load(ordering: .relaxed) }
    nonmutating set { unsafe words[3].store(newValue, ordering: .relaxed) }
  }

  /// Makes this the calling thread's.
  func install() { unsafe vitals_thread_cells_set(words) }

  /// Leaves the calling thread without.
  static func uninstall() { vitals_thread_cells_set(nil) }

  /// The cells of a range, or nil when this thread never touched the block.
  @inline(__always) func cells(_ range: CellRange) -> UnsafeMutablePointer<Cell>? {
    let block = UInt(range.block)
    guard unsafe block < words[0].load(ordering: .relaxed) else { return nil }
    let entry = unsafe words[Self.head &+ Int(bitPattern: block)].load(ordering: .acquiring)
    guard let cells = unsafe UnsafeMutablePointer<Cell>(bitPattern: entry) else { return nil }
    return unsafe cells + Int(range.offset)
  }

  /// The calling thread's cells of a range, its block made when it is the first touch; nil without memory, and when
  /// `calloc` is the caller's own and counts something itself that is touched for the first time.
  static func touch(_ range: CellRange, publish: (ThreadCells) -> Void) -> UnsafeMutablePointer<Cell>? {
    guard var directory = current, !directory.isAsking else { return nil }
    if let cells = unsafe directory.cells(range) { return unsafe cells }
    directory.isAsking = true
    defer { directory.isAsking = false }
    if Int(range.block) >= directory.length {
      guard let longer = directory.longer(for: range.block) else { return nil }
      publish(longer)
      longer.install()
      directory = longer
    }
    guard let block = unsafe calloc(range.blockCells, MemoryLayout<Cell>.stride) else { return nil }
    unsafe directory.words[head + Int(range.block)].store(UInt(bitPattern: block), ordering: .releasing)
    return unsafe directory.cells(range)
  }

  /// Runs `body`, in which the calling thread may ask for memory while it holds a lock; false without running it when the
  /// caller's own `calloc` came here from there.
  static func asking(_ body: () -> Bool) -> Bool {
    guard let directory = current, !directory.isAsking else { return false }
    directory.isAsking = true
    defer { directory.isAsking = false }
    return body()
  }

  private var length: Int { Int(unsafe words[0].load(ordering: .relaxed)) }

  private var isAsking: Bool {
    get { unsafe words[4].load(ordering: .relaxed) != 0 }
    nonmutating set { unsafe words[4].store(newValue ? 1 : 0, ordering: .relaxed) }
  }

  /// A directory with an entry for the block and all entries of this one.
  private func longer(for block: UInt32) -> ThreadCells? {
    let length = max(Int(block) + 1, 2 * (self.length + Self.head) - Self.head)
    guard let longer = Self.make(place: UInt(place), length: length, replaced: address) else { return nil }
    longer.cache = cache
    longer.isAsking = true
    for index in Self.head..<(Self.head + self.length) {
      unsafe longer.words[index].store(words[index].load(ordering: .relaxed), ordering: .relaxed)
    }
    return longer
  }
}
