// Drives the rounds of looks at threads from the loop, between the ticks, as often as the agent's budget lets it. Without
// a thread to look at the timer rests until the next tick finds one.
// SPDX-License-Identifier: Apache-2.0

/// The timer of the rounds.
final class ThreadRounds {
  private let pause: () -> Int?
  private var timer: OneShotTimer?
  private var isSet = false

  /// `pause` gives the milliseconds to the next round, nil when there is nothing to look at; `round` is one.
  init(loop: EventLoop, pause: @escaping () -> Int?, round: @escaping () -> Void) throws(SystemError) {
    self.pause = pause
    timer = try OneShotTimer(loop: loop) { [unowned self] in
      isSet = false
      round()
      wake()
    }
  }

  /// Goes on, if there is anything to look at.
  func wake() {
    guard !isSet, let milliseconds = pause() else { return }
    isSet = (try? timer?.set(milliseconds: milliseconds)) != nil
  }
}
