// Drives the rounds of looks at threads from the loop, between the ticks. Without a thread to look at the timer rests
// until the next tick finds one.
// SPDX-License-Identifier: Apache-2.0

/// The timer of the rounds.
final class ThreadRounds {
  private let threads: ThreadInput
  private let clock: any Clock
  private var timer: OneShotTimer?
  private var isSet = false

  init(_ threads: ThreadInput, loop: EventLoop, clock: any Clock) throws(SystemError) {
    self.threads = threads
    self.clock = clock
    timer = try OneShotTimer(loop: loop) { [unowned self] in
      isSet = false
      self.threads.round(at: self.clock.now())
      wake()
    }
  }

  /// Goes on, if there is anything to look at.
  func wake() {
    if isSet || threads.isIdle { return }
    isSet = (try? timer?.set(milliseconds: Limits.threadRoundMilliseconds)) != nil
  }
}
