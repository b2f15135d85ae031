// The examples of one counter or histogram, one a bucket, in slots that are made with the series. A slot is replaced at
// most once an interval, so that the lock around the slots is next to never waited for, and is never torn, because nobody
// sees it outside of that lock. Such an instrument counts on its slower path, and so one without examples pays nothing:
// its fast path has no question to ask.
// SPDX-License-Identifier: Apache-2.0

/// Where an instrument keeps its examples. Thread-safe.
final class ExemplarSlots: Sendable {
  /// Where the instrument counts.
  let cells: CellRange
  private let gates: ExemplarGates
  private let slots: Locked<[Exemplar?]>
  private let clock: MetricsClock
  private let dropped: AtomicCount

  /// `dropped` counts examples that no scraper would take, for the whole family.
  init(count: Int, cells: CellRange, clock: MetricsClock, dropped: AtomicCount) {
    self.cells = cells
    gates = ExemplarGates(count: count)
    slots = Locked([Exemplar?](repeating: nil, count: count))
    self.clock = clock
    self.dropped = dropped
  }

  /// Keeps an example of what was just counted, if its slot has had none lately. `labels` is not run otherwise, and never
  /// under a lock. Allocates nothing.
  func offer(_ place: Int, _ value: Double, _ labels: () -> ExemplarLabels?) {
    let now = clock.steadyNanoseconds
    guard gates.isOpen(place, at: now), let example = labels(), !example.labels.isEmpty else { return }
    guard example.areLegal else { return dropped.add(1) }
    let next = now &+ MetricsLimits.exemplarNanoseconds
    guard gates.pass(place, at: now, next: next) else { return }
    let exemplar = Exemplar(labels: example.labels, value: value, timestamp: clock.unixSeconds)
    // What was there before is let go of after the lock.
    let old = slots.withLock { slots -> Exemplar? in
      guard slots.indices.contains(place) else { return nil }
      let old = slots[place]
      slots[place] = exemplar
      return old
    }
    _ = consume old
  }

  /// The examples of this moment, a place for each slot.
  var all: [Exemplar?] { slots.withLock { $0 } }
}
