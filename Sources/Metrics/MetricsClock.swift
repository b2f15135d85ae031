// The time that a registry goes by: when series began, when examples were seen, and when a summary's window moves on. A
// test gives its own and moves it by hand, so that nothing has to sleep.
// SPDX-License-Identifier: Apache-2.0

/// The clocks of a registry: one of the day and one that never goes backwards. Thread-safe if its closures are.
public struct MetricsClock: Sendable {
  private final class Injected: Sendable {
    let unixSeconds: @Sendable () -> Double
    let steadyNanoseconds: @Sendable () -> UInt64

    init(_ unixSeconds: @escaping @Sendable () -> Double, _ steadyNanoseconds: @escaping @Sendable () -> UInt64) {
      self.unixSeconds = unixSeconds
      self.steadyNanoseconds = steadyNanoseconds
    }
  }

  /// The machine's clocks. The steady one moves in steps of a few milliseconds and costs about 5 ns a reading.
  public static let system = MetricsClock(injected: nil)

  private let injected: Injected?

  private init(injected: Injected?) { self.injected = injected }

  /// Clocks of a test's own, called from any thread: seconds since the Unix epoch, and nanoseconds since some moment,
  /// which never go backwards.
  public init(
    unixSeconds: @escaping @Sendable () -> Double, steadyNanoseconds: @escaping @Sendable () -> UInt64
  ) { injected = Injected(unixSeconds, steadyNanoseconds) }

  /// Seconds since the Unix epoch.
  var unixSeconds: Double { injected?.unixSeconds() ?? SystemClock.unixSeconds }

  /// Nanoseconds since some moment.
  @inline(__always) var steadyNanoseconds: UInt64 {
    if let injected { return injected.steadyNanoseconds() }
    return SystemClock.steadyNanoseconds
  }
}
