// How the module learns that a thread ends: a pthread key whose destructor the C library calls on the ending thread,
// whoever made it: pthreads, Dispatch and Swift's executors alike. After that a second key holds a mark, because
// destructors of other keys may still count something and must not be given a directory that nobody would take back. The
// mark's key has no destructor: one that set itself again would still run when the thread sanitizer has left the thread.
//
// The file is unsafe because pthread keys hold pointers; here they are small numbers and never followed.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The end of the calling thread.
@safe enum ThreadEnd {
  /// Nil when the process has no key left: no thread gets cells of its own then.
  private static let key: pthread_key_t? = {
    var key = pthread_key_t()
    return unsafe pthread_key_create(&key, { unsafe ThreadEnd.ended($0) }) == 0 ? key : nil
  }()

  /// Holds a mark once the destructors run.
  private static let endedKey: pthread_key_t? = {
    var key = pthread_key_t()
    return unsafe pthread_key_create(&key, nil) == 0 ? key : nil
  }()

  /// False once the thread's destructors run, and while it has announced its end already.
  static var isAhead: Bool {
    guard let key, let endedKey else { return false }
    return unsafe pthread_getspecific(key) == nil && pthread_getspecific(endedKey) == nil
  }

  /// Asks that the place is given back when the calling thread ends; nil takes that back. False when it cannot be.
  @discardableResult static func announce(_ place: Int?) -> Bool {
    guard let key else { return false }
    return unsafe pthread_setspecific(key, UnsafeMutableRawPointer(bitPattern: place ?? 0)) == 0
  }
}

extension ThreadEnd {
  /// Runs on the ending thread. The C library has cleared the key.
  private static func ended(_ value: UnsafeMutableRawPointer?) {
    if let endedKey { unsafe _ = pthread_setspecific(endedKey, UnsafeMutableRawPointer(bitPattern: 1)) }
    CellSpace.shared.detach(Int(bitPattern: value))
  }
}
