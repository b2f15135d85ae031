// A clock that a test moves by hand.
// SPDX-License-Identifier: Apache-2.0
import Synchronization
import VitalsMetrics

/// Both clocks of a registry, in step, from 1,700,000,000 Unix seconds on.
final class ManualClock: Sendable {
  private let nanoseconds = Atomic<UInt64>(3_600_000_000_000)

  /// Moves on.
  func advance(_ seconds: Double) {
    nanoseconds.wrappingAdd(UInt64((seconds * 1e9).rounded()), ordering: .sequentiallyConsistent)
  }

  /// For a registry.
  var clock: MetricsClock {
    MetricsClock(
      unixSeconds: { 1_700_000_000 + Double(self.now - 3_600_000_000_000) / 1e9 }, steadyNanoseconds: { self.now })
  }

  private var now: UInt64 { nanoseconds.load(ordering: .sequentiallyConsistent) }
}
