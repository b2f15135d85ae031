// The signal mask for threads of ours. A thread inherits its maker's mask; one that took signals would have the service's
// handlers run where nobody expects them, and would end a service that waits for SIGTERM with sigwait(3).
//
// The file is unsafe because sets of signals are passed by address.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("no C library known on this platform")
#endif

/// All signals blocked, for a moment.
enum BlockedSignals {
  /// Runs `body`, which makes a thread; the caller's own mask is what it was afterwards. See pthread_sigmask(3).
  static func during<Result>(_ body: () -> Result) -> Result {
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { unsafe _ = pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
  }
}
