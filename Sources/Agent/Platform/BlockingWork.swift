// The door to helper threads, for whatever may block: file work outside /proc and /sys, statfs, name resolution. The
// loop hands work over and gets the result back on its own thread; work that takes too long is left behind.
// SPDX-License-Identifier: Apache-2.0

/// Runs work that may block, off the loop.
protocol BlockingWork: AnyObject {
  /// Runs `work` on a helper thread, then `done` on the loop: with the result, or with nil when `limitSeconds` passed
  /// first or no helper is left. A late result is thrown away. `subject` names the path in the log and in counters.
  func run<Result: Sendable>(
    _ subject: String, limitSeconds: Double, _ work: @escaping @Sendable () -> Result,
    done: @escaping (Result?) -> Void)
}
