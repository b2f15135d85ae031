// A thread that does something again and again. It waits in poll(2) on a pipe, whose clock nobody sets, so that it can
// be told to end at once; it takes no signals, which belong to the threads of the service.
//
// The file is unsafe because pthreads take their argument by address.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A running thread. Thread-safe; ``stop()`` once.
final class Ticker: Sendable {
  /// An error of the system's.
  struct Failure: Error {
    let code: Int32
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private let owner: Int32
  /// A byte in here ends the thread; a byte in there says that it has.
  private let wake: OpenFile
  private let ended: OpenFile

  private init(wake: consuming OpenFile, ended: consuming OpenFile) {
    self.wake = wake
    self.ended = ended
    owner = getpid()
  }

  /// Runs `body` after each interval, on a thread of its own.
  static func start(every interval: Duration, _ body: @escaping @Sendable () -> Void) -> Result<Ticker, Failure> {
    var wake: [Int32] = [-1, -1]
    var ended: [Int32] = [-1, -1]
    if unsafe pipe(&wake) != 0 { return .failure(Failure(code: errno)) }
    let wakeEnd = OpenFile(owning: wake[1])
    if unsafe pipe(&ended) != 0 {
      let code = errno
      _ = close(wake[0])
      return .failure(Failure(code: code))
    }
    let endedEnd = OpenFile(owning: ended[0])
    for end in wake + ended { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let (seconds, attoseconds) = interval.components
    let wait = Int32(clamping: max(1, min(seconds, 2_000_000) * 1_000 + attoseconds / 1_000_000_000_000_000))
    let (wakes, ends) = (wake[0], ended[1])
    let code = start(
      Body {
        loop(wakes, wait, body)
        _ = close(wakes)
        _ = OpenFile(owning: ends).write([0])
      })
    if code == 0 { return .success(Ticker(wake: wakeEnd, ended: endedEnd)) }
    _ = close(wakes)
    _ = close(ends)
    return .failure(Failure(code: code))
  }

  /// Ends the thread, after the turn that it is at. In a forked child, which has no such thread, nothing happens.
  func stop() {
    if getpid() != owner { return }
    _ = wake.write([0])
    ended.waitForByte()
  }

  private static func loop(_ descriptor: Int32, _ wait: Int32, _ body: () -> Void) {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let count = unsafe poll(&waiting, 1, wait)
      if count > 0 || (count < 0 && errno != EINTR) { return }
      if count == 0 { body() }
    }
  }

  private static func start(_ body: Body) -> Int32 {
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { unsafe _ = pthread_sigmask(SIG_SETMASK, &before, nil) }
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe _ = pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let retained = unsafe Unmanaged.passRetained(body)
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let code = unsafe pthread_create(
      &thread, &attributes,
      { argument in
        let argument: UnsafeMutableRawPointer? = unsafe argument
        if let argument = unsafe argument { unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, retained.toOpaque())
    if code != 0 { unsafe retained.release() }
    return code
  }
}
