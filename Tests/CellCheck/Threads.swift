// Threads that a check starts and waits for.
// SPDX-License-Identifier: Apache-2.0
import Foundation

/// POSIX threads with small stacks, so that a thousand fit.
final class Threads {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private var threads: [pthread_t] = []

  /// Starts one; false when the system makes none.
  @discardableResult
  func start(_ run: @escaping @Sendable () -> Void) -> Bool {
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    unsafe pthread_attr_init(attributes)
    unsafe pthread_attr_setstacksize(attributes, 256 << 10)
    defer {
      unsafe pthread_attr_destroy(attributes)
      unsafe attributes.deallocate()
    }
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let body = unsafe Unmanaged.passRetained(Body(run))
    let result = unsafe pthread_create(
      &thread, attributes,
      { body in
        #if canImport(Darwin)
          unsafe Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
        #else
          if let body = unsafe body { unsafe Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run() }
        #endif
        return nil
      }, body.toOpaque())
    #if canImport(Darwin)
      if result == 0, let thread = unsafe thread { unsafe threads.append(thread) }
    #else
      if result == 0 { threads.append(thread) }
    #endif
    if result != 0 { unsafe body.release() }
    return result == 0
  }

  /// Waits for all.
  func join() {
    #if canImport(Darwin)
      for thread in unsafe threads { unsafe pthread_join(thread, nil) }
    #else
      for thread in threads { pthread_join(thread, nil) }
    #endif
    threads = []
  }
}

/// Whether the process runs under a sanitizer.
enum Sanitizer {
  static let isThread = unsafe dlsym(dlopen(nil, RTLD_NOW), "__tsan_init") != nil
}
