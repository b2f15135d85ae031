// All threads' cells. The protocol, on which every exact total rests:
//
// - An instrument owns a range of cells; each thread has that range in memory of its own, made at its first touch.
// - Only the owning thread stores to its cells, by a relaxed load and a store; a value is the sum over all threads.
// - A directory of cells outlives its thread: when the thread ends, the directory waits for the next new thread, which
//   goes on adding to the same cells. Nothing is moved, so nothing can be lost or counted twice, and there are as many
//   directories as threads ever ran at once. The lock that hands one on orders the old owner's stores before the new
//   owner's loads.
// - A thread past the limit, or one whose own end has begun, adds to directory 0 under a lock.
// - A range is zeroed and given to another instrument when the last handle of its instrument is gone: nobody can be in it.
//
// What it costs: an addition three loads and a store (0.25 of an atomic add); a read one load per thread that touched
// the block; memory 512 bytes per thread and 64 counters that are touched, whatever else is registered.
//
// Fork: the child's one thread keeps its cells, and goes on from the parent's totals; the lock is taken around fork, so
// that it is free in the child. Signals: a handler that adds to the counter that it interrupted may lose that one
// addition, and a thread's first touch takes a lock and allocates: neither is async-signal-safe.
//
// The file is unsafe because it keeps addresses of directories, which are never freed.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The process's cells.
@safe final class CellSpace: Sendable {
  /// The one space; the thread-local pointer is one per thread too.
  static let shared = CellSpace()

  /// Threads with cells of their own at one time; further ones share directory 0. 1,024 directories cost 8 KB here and
  /// what their threads touch.
  static let threads = 1_024

  private struct State: Sendable {
    var blocks: UInt32 = 0
    /// Ranges to give out again, by length.
    var free: [UInt16: [CellRange]] = [:]
    /// The block that ranges of this length are cut from, and its first free cell.
    var open: [UInt16: (block: UInt32, next: Int)] = [:]
    /// Directories without a thread.
    var idle: [Int] = []
  }

  private let state = Locked(State())
  private let sharedWriters = Locked(())
  private nonisolated(unsafe) let directories: UnsafeMutablePointer<Atomic<UInt>>
  private let places = Atomic<Int>(1)

  private init() {
    unsafe directories = UnsafeMutablePointer<Atomic<UInt>>.allocate(capacity: Self.threads)
    for place in 0..<Self.threads { unsafe (directories + place).initialize(to: Atomic(0)) }
    _ = pthread_atfork(
      { CellSpace.shared.holdLocks() }, { CellSpace.shared.releaseLocks() }, { CellSpace.shared.releaseLocks() })
    if let first = ThreadCells.make(place: 0) { unsafe directories[0].store(first.address, ordering: .releasing) }
  }

  // MARK: Ranges

  /// Zeroed cells for an instrument.
  func allocate(_ count: Int) -> CellRange {
    let count = UInt16(clamping: max(1, count))
    return state.withLock { state in
      if let range = state.free[count]?.popLast() { return range }
      let blockCells = max(Int(count), CellRange.sharedBlockCells)
      if let open = state.open[count], open.next + Int(count) <= blockCells {
        state.open[count] = (open.block, open.next + Int(count))
        return CellRange(block: open.block, offset: UInt16(open.next), count: count)
      }
      let block = state.blocks
      state.blocks += 1
      state.open[count] = (block, Int(count))
      return CellRange(block: block, offset: 0, count: count)
    }
  }

  /// Takes cells back from an instrument that nobody holds any more.
  func free(_ range: CellRange) {
    unsafe forEach(range) { cells in
      for index in 0..<Int(range.count) { unsafe cells[index].store(0, ordering: .relaxed) }
    }
    state.withLock { $0.free[range.count, default: []].append(range) }
  }

  // MARK: Writing

  /// Runs `body` with cells that nobody else stores to meanwhile: the thread's own, else those that threads without
  /// share. Gives its answer, or false without running it where there is no memory for cells.
  func firstTouch(_ range: CellRange, _ body: (UnsafeMutablePointer<Cell>) -> Bool) -> Bool {
    if ThreadCells.current == nil { attach() }
    if ThreadCells.current != nil { return unsafe touch(range, body) }
    return sharedWriters.withLock { _ in
      guard let shared = unsafe ThreadCells.at(directories[0].load(ordering: .acquiring)) else { return false }
      shared.install()
      defer { ThreadCells.uninstall() }
      return unsafe touch(range, body)
    }
  }

  private func touch(_ range: CellRange, _ body: (UnsafeMutablePointer<Cell>) -> Bool) -> Bool {
    guard let cells = unsafe ThreadCells.touch(range, publish: publish) else { return false }
    return unsafe body(cells)
  }

  private func publish(_ directory: ThreadCells) {
    unsafe directories[directory.place].store(directory.address, ordering: .releasing)
  }

  // MARK: Threads that come and go

  /// Gives the calling thread a directory, unless all are taken or the thread is about to end.
  private func attach() {
    guard ThreadEnd.isAhead, let place = takePlace() else { return }
    let known = ThreadCells.at(unsafe directories[place].load(ordering: .acquiring))
    if ThreadEnd.announce(place), let directory = known ?? ThreadCells.make(place: place) {
      publish(directory)
      directory.install()
    } else {
      ThreadEnd.announce(nil)
      state.withLock { $0.idle.append(place) }
    }
  }

  private func takePlace() -> Int? {
    state.withLock { state in
      if let place = state.idle.popLast() { return place }
      let place = places.load(ordering: .relaxed)
      if place == Self.threads { return nil }
      places.store(place + 1, ordering: .releasing)
      return place
    }
  }

  /// Lets the next new thread have the directory of the calling one, which is about to end.
  func detach(_ place: Int) {
    LabelCache.clear()
    ThreadCells.uninstall()
    state.withLock { $0.idle.append(place) }
  }

  /// For fork(2): both locks are held meanwhile, so that the child finds them free.
  func holdLocks() {
    sharedWriters.lock()
    state.lock()
  }

  func releaseLocks() {
    state.unlock()
    sharedWriters.unlock()
  }

  // MARK: Reading

  /// Visits every thread's directory.
  @inline(__always) func forEachThread(_ body: (ThreadCells) -> Void) {
    for place in 0..<places.load(ordering: .acquiring) {
      if let thread = ThreadCells.at(unsafe directories[place].load(ordering: .acquiring)) { body(thread) }
    }
  }

  /// Visits every thread's cells of a range.
  @inline(__always) func forEach(_ range: CellRange, _ body: (UnsafeMutablePointer<Cell>) -> Void) {
    forEachThread { thread in
      if let cells = unsafe thread.cells(range) { unsafe body(cells) }
    }
  }
}
