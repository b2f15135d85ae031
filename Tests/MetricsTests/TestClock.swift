// A clock that a test moves.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

@testable import VitalsMetrics

final class TestClock: Sendable {
  private let seconds = Atomic<Int>(0)

  func advance(_ amount: Int) { seconds.wrappingAdd(amount, ordering: .relaxed) }

  /// Unix time is a billion seconds ahead.
  var clock: MetricsClock {
    MetricsClock(
      monotonic: { .seconds(self.seconds.load(ordering: .relaxed)) },
      unixSeconds: { 1e9 + Double(self.seconds.load(ordering: .relaxed)) })
  }
}
