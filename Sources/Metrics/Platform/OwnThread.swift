// A thread that somebody waits for. Ending it is left to what runs on it; here is only the start and the join. It takes no
// signals, which belong to the threads of the service. A forked child has no such thread, and its owner there only an
// empty shell.
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

/// A POSIX thread. Thread-safe.
@safe final class OwnThread: @unchecked Sendable {
  private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  // Glibc's pthread_t is a number, the others' a pointer, which the compiler wants marked.
  #if canImport(Glibc)
    private let thread: pthread_t

    private var isCurrent: Bool { pthread_equal(thread, pthread_self()) != 0 }

    private func wait() { _ = pthread_join(thread, nil) }

    private func letGo() { _ = pthread_detach(thread) }

    private static func start(_ argument: UnsafeMutableRawPointer) -> Result<pthread_t, SystemFailure> {
      var thread = pthread_t()
      let code = unsafe pthread_create(&thread, nil, { unsafe OwnThread.enter($0) }, argument)
      return code == 0 ? .success(thread) : .failure(SystemFailure(code: code))
    }
  #else
    private let thread: pthread_t

    private var isCurrent: Bool { unsafe pthread_equal(thread, pthread_self()) != 0 }

    private func wait() { unsafe _ = pthread_join(thread, nil) }

    private func letGo() { unsafe _ = pthread_detach(thread) }

    private static func start(_ argument: UnsafeMutableRawPointer) -> Result<pthread_t, SystemFailure> {
      var thread: pthread_t?
      let code = unsafe pthread_create(&thread, nil, { unsafe OwnThread.enter($0) }, argument)
      guard code == 0, let thread = unsafe thread else { return .failure(SystemFailure(code: code)) }
      return unsafe .success(thread)
    }
  #endif

  private let process = getpid()
  private let isJoined = Locked(false)

  /// Runs `body` on a new thread. See pthread_create(3).
  init(_ body: sending @escaping () -> Void) throws(SystemFailure) {
    let body = unsafe Unmanaged.passRetained(Body(body))
    switch BlockedSignals.during({ unsafe Self.start(body.toOpaque()) }) {
    #if canImport(Glibc)
      case .success(let thread): self.thread = thread
    #else
      case .success(let thread): unsafe self.thread = thread
    #endif
    case .failure(let error):
      unsafe body.release()
      throw error
    }
  }

  deinit {
    if isHere && isJoined.withLock({ !$0 }) { letGo() }
  }

  /// False in a child of fork(2).
  var isHere: Bool { getpid() == process }

  /// Waits until the body has returned; on the thread itself, and in a forked child, it returns at once.
  func join() {
    if isCurrent || !isHere { return }
    isJoined.withLock { isJoined in
      if !isJoined { wait() }
      isJoined = true
    }
  }

  private static func enter(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument = unsafe argument else { return nil }
    unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
    return nil
  }
}
