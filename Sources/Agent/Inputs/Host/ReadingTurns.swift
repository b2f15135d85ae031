// Readings on helper threads that take turns: nobody needs them at the same moment, and each thread that runs beside
// another costs memory. One that is stuck gives its turn up at its time limit.
// SPDX-License-Identifier: Apache-2.0

/// A line of readings, of which one is under way.
final class ReadingTurns {
  private var isBusy = false
  private var waiting: [() -> Void] = []

  /// Calls `start` now, or when those before it are over. Who was started calls ``pass()`` in the end.
  func take(_ start: @escaping () -> Void) {
    if isBusy { return waiting.append(start) }
    isBusy = true
    start()
  }

  /// The present one is over: the next one's turn.
  func pass() {
    isBusy = false
    if waiting.isEmpty { return }
    take(waiting.removeFirst())
  }
}
