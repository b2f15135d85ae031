// The one loop that owns all of the agent's state: epoll over sockets, a timer, signals and wake-ups. Handlers run one
// after the other on this thread, so nothing they touch needs a lock; in return none of them may block.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// Waits for descriptors and calls their handlers.
///
/// A registration is a token, not a descriptor number: an event of a descriptor that was closed in the same batch, its
/// number already reused, finds no handler. See epoll(7).
@safe final class EventLoop {
  /// What a descriptor is ready for.
  struct Readiness: OptionSet {
    let rawValue: UInt32
    static let read = Readiness(rawValue: EPOLLIN.rawValue)
    static let write = Readiness(rawValue: EPOLLOUT.rawValue)
    /// Once, and then not before the registration is changed; hang-ups too.
    static let once = Readiness(rawValue: EPOLLONESHOT.rawValue)
    static let hangUp = Readiness(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
  }

  /// Names one registration.
  typealias Token = UInt64

  private let epoll: FileDescriptor
  private let clock: any Clock
  private var handlers: [Token: (Readiness) -> Void] = [:]
  private var lastToken: Token = 0
  private var events: [epoll_event]
  private var isRunning = false
  private var timer: FileDescriptor?
  private var signals: FileDescriptor?

  init(clock: any Clock) throws(SystemError) {
    self.clock = clock
    epoll = FileDescriptor(owning: try system("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) })
    unsafe events = Array(repeating: epoll_event(), count: Limits.eventsPerTurn)
  }

  /// Calls `handler` whenever the descriptor is ready. The caller keeps the descriptor and removes it before closing.
  func add(
    _ descriptor: Int32, _ readiness: Readiness, handler: @escaping (Readiness) -> Void
  ) throws(SystemError) -> Token {
    lastToken &+= 1
    try control(EPOLL_CTL_ADD, descriptor, readiness, lastToken)
    handlers[lastToken] = handler
    return lastToken
  }

  /// Changes what a registration waits for.
  func modify(_ token: Token, _ descriptor: Int32, _ readiness: Readiness) throws(SystemError) {
    try control(EPOLL_CTL_MOD, descriptor, readiness, token)
  }

  /// Forgets a registration.
  func remove(_ token: Token, _ descriptor: Int32) {
    handlers[token] = nil
    try? control(EPOLL_CTL_DEL, descriptor, [], token)
  }

  /// Calls `handler` at every full second of the boot clock, with the number of seconds that passed unserved: a late
  /// turn gives one call, not several. See timerfd_create(2).
  func everySecond(_ handler: @escaping (Moment, UInt64) -> Void) throws(SystemError) {
    let descriptor = FileDescriptor(
      owning: try system("timerfd_create") {
        timerfd_create(CLOCK_BOOTTIME, Int32(TFD_NONBLOCK | TFD_CLOEXEC))
      })
    var time = itimerspec()
    time.it_interval.tv_sec = 1
    time.it_value.tv_sec = Int(clock.now().boot / 1_000_000_000) + 1
    try system("timerfd_settime") {
      unsafe timerfd_settime(descriptor.number, Int32(TFD_TIMER_ABSTIME), &time, nil)
    }
    let number = descriptor.number
    timer = consume descriptor
    _ = try add(number, .read) { [clock] _ in
      let passed = EventLoop.drainCount(number)
      if passed > 0 { handler(clock.now(), passed - 1) }
    }
  }

  /// Calls `handler` with the name of each SIGTERM, SIGINT and SIGHUP; must come before any thread is started, so that all
  /// inherit the mask. See signalfd(2).
  func onSignals(_ handler: @escaping (String) -> Void) throws(SystemError) {
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    unsafe sigaddset(&mask, SIGTERM)
    unsafe sigaddset(&mask, SIGINT)
    // Who starts it with nohup(1) means to be left alone by the end of a terminal.
    if !EventLoop.isIgnored(SIGHUP) { unsafe sigaddset(&mask, SIGHUP) }
    unsafe pthread_sigmask(SIG_BLOCK, &mask, nil)
    let flags = Int32(SFD_NONBLOCK | SFD_CLOEXEC)
    let descriptor = FileDescriptor(owning: try system("signalfd") { unsafe signalfd(-1, &mask, flags) })
    let number = descriptor.number
    signals = consume descriptor
    _ = try add(number, .read) { _ in
      var info = signalfd_siginfo()
      while unsafe Glibc.read(number, &info, MemoryLayout<signalfd_siginfo>.size) > 0 {
        handler(EventLoop.signalNames[Int32(truncatingIfNeeded: info.ssi_signo)] ?? "SIGTERM")
      }
    }
  }

  private static let signalNames = [SIGTERM: "SIGTERM", SIGINT: "SIGINT", SIGHUP: "SIGHUP"]

  /// Whether the process was started with a signal ignored. See sigaction(2).
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    if unsafe sigaction(number, nil, &action) != 0 { return false }
    let handler = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    return unsafe handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Waits once, at most so long (-1: for ever), and calls the handlers of what is ready.
  func turn(timeoutMilliseconds: Int32) throws(SystemError) {
    let count = try system("epoll_wait") {
      unsafe epoll_wait(epoll.number, &events, Int32(Limits.eventsPerTurn), timeoutMilliseconds)
    }
    for index in 0..<Int(count) {
      let event = unsafe events[index]
      unsafe handlers[event.data.u64]?(Readiness(rawValue: event.events))
    }
  }

  /// Turns until ``stop()``.
  func run() throws(SystemError) {
    isRunning = true
    while isRunning { try turn(timeoutMilliseconds: -1) }
  }

  /// Ends ``run()`` after the present turn.
  func stop() { isRunning = false }

  /// The count of an eventfd or timerfd, which reading sets back to zero; 0 when it has none.
  static func drainCount(_ descriptor: Int32) -> UInt64 {
    var count: UInt64 = 0
    return unsafe Glibc.read(descriptor, &count, 8) == 8 ? count : 0
  }

  private func control(
    _ operation: Int32, _ descriptor: Int32, _ readiness: Readiness, _ token: Token
  ) throws(SystemError) {
    var event = unsafe epoll_event()
    unsafe event.events = readiness.rawValue
    unsafe event.data.u64 = token
    try system("epoll_ctl") { unsafe epoll_ctl(epoll.number, operation, descriptor, &event) }
  }
}
