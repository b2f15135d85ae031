// A thread that somebody waits for. Ending it is left to what runs on it; here is only the start and the join.
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
@safe final class ServerThread: @unchecked Sendable {
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

    private static func start(_ argument: UnsafeMutableRawPointer) -> pthread_t? {
      var thread = pthread_t()
      return unsafe pthread_create(&thread, nil, { unsafe ServerThread.enter($0) }, argument) == 0 ? thread : nil
    }
  #else
    private let thread: pthread_t

    private var isCurrent: Bool { unsafe pthread_equal(thread, pthread_self()) != 0 }

    private func wait() { unsafe _ = pthread_join(thread, nil) }

    private func letGo() { unsafe _ = pthread_detach(thread) }

    private static func start(_ argument: UnsafeMutableRawPointer) -> pthread_t? {
      var thread: pthread_t?
      return unsafe pthread_create(&thread, nil, { unsafe ServerThread.enter($0) }, argument) == 0 ? thread : nil
    }
  #endif

  private let isJoined = Locked(false)

  /// Runs `body` on a new thread; nil when the kernel gives none. See pthread_create(3).
  init?(_ body: sending @escaping () -> Void) {
    let body = unsafe Unmanaged.passRetained(Body(body))
    guard let thread = unsafe Self.start(body.toOpaque()) else {
      unsafe body.release()
      return nil
    }
    #if canImport(Glibc)
      self.thread = thread
    #else
      unsafe self.thread = thread
    #endif
  }

  deinit {
    if isJoined.withLock({ !$0 }) { letGo() }
  }

  /// Waits until the body has returned; on the thread itself it returns at once.
  func join() {
    if isCurrent { return }
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
