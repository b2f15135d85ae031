// The cells of one native histogram. The protocol:
//
// - Each thread has a header of one cell, the address of a block of its own: see NativeBlock. Only the owner stores to a
//   block, without a locked instruction, and only the owner, under the histogram's lock, puts another in its place.
// - The layout is agreed on under the lock (NativePlan), and its version published. An observation whose block is in
//   that version and whose bucket the thread has counted in before goes ahead; any other takes the lock, asks the plan,
//   has its block made anew where that is needed, all earlier counts moved over by their owner, and is counted there.
// - Readers hold the lock, so that no block goes away meanwhile. What a block in an earlier layout holds is added up as
//   the present one has it: each old bucket lies whole in a new one. A thread that never observes again need not follow.
// - A start at zero is a new epoch: blocks of an earlier one are passed over, and emptied by their owners.
//
// So no count is ever in two places that a reader looks at, nor on the way between two: totals are exact through all
// changes of schema and zero bucket. An observation belongs to the layout whose version it read; the one that a thread is
// in the middle of while the histogram starts at zero belongs to what was before, which may have been read already.
//
// What it costs: an observation of the usual kind a dozen loads and four stores, about an atomic add; the first
// in a thread's bucket a lock, the first beyond its window an allocation; a reading the windows of all threads, under
// the lock. Threads without cells of their own take the shared writers' lock and then this one.
//
// Fork: unlike those of CellSpace the lock is not taken around fork; a child that goes on to observe while another of
// the parent's threads was here waits for ever.
//
// The file is unsafe because blocks are reached by address.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// All threads' parts of a native histogram.
@safe final class NativeCells: Sendable {
  /// The headers.
  let range = CellSpace.shared.allocate(1)
  private let index = NativeIndex.shared
  private let bounds: Int
  private let version: Atomic<UInt64>
  private let plan: Locked<NativePlan>
  /// Observations that a start at zero has done away with, as far as their threads have noticed.
  private let forgotten = AtomicCount()

  /// `bounds` are those of the classic buckets, without +Inf.
  init(_ options: NativeBuckets, bounds: Int, clock: MetricsClock) {
    let plan = NativePlan(options, clock: clock)
    self.bounds = bounds
    version = Atomic(plan.layout.version)
    self.plan = Locked(plan)
  }

  deinit {
    unsafe CellSpace.shared.forEach(range) { header in
      unsafe NativeBlock(header[0].load(ordering: .acquiring))?.deallocate()
    }
    CellSpace.shared.free(range)
  }

  /// Counts a value in the calling thread's part, when that needs no lock; `bound` is the place of its classic bucket.
  @inline(__always) func observe(_ value: Double, bound: Int) -> Bool {
    guard let header = unsafe ThreadCells.current?.cells(range),
      let block = unsafe NativeBlock(header[0].load(ordering: .relaxed))
    else { return false }
    return block.observe(value, bound: bound, bounds: bounds, version.load(ordering: .relaxed), index)
  }

  /// Counts a value in the calling thread's part; false for one that is not finite, or leaves no finite sum, or where
  /// there is no memory for it.
  func observeSlowly(_ value: Double, bound: Int) -> Bool {
    if !value.isFinite { return false }
    return unsafe CellSpace.shared.firstTouch(range) { header in
      ThreadCells.asking { plan.withLock { plan in unsafe observe(value, bound: bound, header, &plan) } }
    }
  }

  private func observe(
    _ value: Double, bound: Int, _ header: UnsafeMutablePointer<Cell>, _ plan: inout NativePlan
  ) -> Bool {
    let earlier = unsafe NativeBlock(header[0].load(ordering: .relaxed))
    if let earlier, earlier.counts(for: plan.layout), !earlier.mayAdd(value) { return false }
    plan.admit(value)
    version.store(plan.layout.version, ordering: .releasing)
    if let earlier, earlier.isIn(plan.layout), earlier.hasPlace(for: value) {
      return earlier.observe(value, bound: bound, bounds: bounds)
    }
    guard let block = NativeBlock.make(for: value, in: plan.layout, bounds: bounds, from: earlier) else { return false }
    unsafe header[0].store(block.address, ordering: .releasing)
    if let earlier {
      if !earlier.counts(for: plan.layout) { forgotten.add(earlier.total) }
      earlier.deallocate()
    }
    return block.observe(value, bound: bound, bounds: bounds)
  }

  /// What all threads counted since the last start at zero. A scrape is the moment for one that gives back what the
  /// limit took: from then on observations wait for the lock, so that the reading has all that came before.
  func read(isScrape: Bool) -> NativeTally {
    plan.withLock { plan in
      var tally = NativeTally(plan, bounds: bounds)
      if isScrape {
        plan.restore()
        version.store(plan.layout.version, ordering: .releasing)
      }
      unsafe CellSpace.shared.forEach(range) { header in
        guard let block = unsafe NativeBlock(header[0].load(ordering: .acquiring)), block.counts(for: tally.layout)
        else { return }
        block.add(to: &tally)
      }
      tally.sum = min(max(tally.sum, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
      return tally
    }
  }

  /// All that was ever counted, also before starts at zero; for tests.
  var totalEver: UInt64 {
    var total = read(isScrape: false).count
    plan.withLock { plan in
      unsafe CellSpace.shared.forEach(range) { header in
        guard let block = unsafe NativeBlock(header[0].load(ordering: .acquiring)), !block.counts(for: plan.layout)
        else { return }
        total &+= block.total
      }
      total &+= forgotten.value
    }
    return total
  }
}
