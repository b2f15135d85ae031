// The owner of an open file. Noncopyable, so that a descriptor is closed exactly once and never used afterwards.
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

/// An open descriptor, closed when its owner goes away.
struct Descriptor: ~Copyable, Sendable {
  /// The number, for poll(2); never close it.
  let number: Int32

  /// Takes ownership.
  init(owning number: Int32) { self.number = number }

  deinit { _ = close(number) }

  /// SOCK_STREAM, closed in programs that this process starts where the kernel takes that at once.
  static var streamType: Int32 {
    #if canImport(Glibc)
      Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    #elseif canImport(Musl)
      SOCK_STREAM | SOCK_CLOEXEC
    #else
      SOCK_STREAM
    #endif
  }

  /// Makes calls return at once and keeps it from programs that this process starts; false when the kernel refuses.
  func prepare() -> Bool {
    fcntl(number, F_SETFD, FD_CLOEXEC) == 0 && fcntl(number, F_SETFL, O_NONBLOCK) == 0
  }
}
