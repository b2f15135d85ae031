// The room for series that all families of a registry share, and who wants to know when it is used up. A count and no
// list: a family gives back what it took when it ends a series.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// How many labelled series a registry may still make. Thread-safe.
final class SeriesBudget: Sendable {
  /// Told which metric is past its limit, and the labels that were the first.
  typealias Listener = @Sendable (_ metric: String, _ labels: LabelSet) -> Void

  /// Labelled series that one family may have.
  let perFamily: Int
  private let most: Int
  private let used = Atomic<Int>(0)
  private let hasListener = Atomic<Bool>(false)
  private let listener = Locked<Listener?>(nil)

  init(_ limits: MetricsLimits) {
    perFamily = limits.seriesPerFamily
    most = limits.series
  }

  // MARK: Room

  /// False when ``take()`` would most likely be refused.
  var hasRoom: Bool { used.load(ordering: .relaxed) < most }

  /// Takes room for one series; false when there is none.
  func take() -> Bool {
    if used.wrappingAdd(1, ordering: .relaxed).newValue <= most { return true }
    giveBack(1)
    return false
  }

  /// Gives back room for so many series.
  func giveBack(_ count: Int) { used.wrappingSubtract(count, ordering: .relaxed) }

  // MARK: Who wants to know

  /// Replaces the listener.
  func listen(_ listener: @escaping Listener) {
    self.listener.withLock { $0 = listener }
    hasListener.store(true, ordering: .releasing)
  }

  /// Tells the listener, once for each `isTold`; outside every lock. Without a listener nothing is told and nothing
  /// remembered.
  func tell(_ isTold: borrowing Atomic<Bool>, _ metric: String, _ labels: () -> LabelSet) {
    if isTold.load(ordering: .relaxed) || !hasListener.load(ordering: .acquiring) { return }
    if isTold.exchange(true, ordering: .relaxed) { return }
    let listener = listener.withLock { $0 }
    listener?(metric, labels())
  }
}
