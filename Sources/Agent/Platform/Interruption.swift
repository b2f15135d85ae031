// SIGINT and SIGTERM for a command that reads for long and has something to say when it is stopped: they are held back,
// looked at between two blocks, and take effect once it has been said.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// Signals that wait for the command. See sigpending(2).
enum Interruption {
  private static let signals = [SIGINT, SIGTERM]

  private static var mask: sigset_t {
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    for signal in signals { unsafe sigaddset(&mask, signal) }
    return mask
  }

  /// Holds the signals back from now on.
  static func hold() {
    var mask = mask
    unsafe pthread_sigmask(SIG_BLOCK, &mask, nil)
  }

  /// The signal that has come; nil when none has.
  static var pending: Int32? {
    var set = sigset_t()
    if unsafe sigpending(&set) != 0 { return nil }
    return signals.first { unsafe sigismember(&set, $0) == 1 }
  }

  /// Takes the signal that has come, so that a further one ends the process at once.
  static func take() {
    var mask = mask
    var none = timespec()
    _ = unsafe sigtimedwait(&mask, nil, &none)
    unsafe pthread_sigmask(SIG_UNBLOCK, &mask, nil)
  }

  /// Ends the process by the signal itself, as whoever waits for it expects.
  static func end(by signal: Int32) {
    raise(signal)
  }
}
