// The owner of an open file of the service's or of our own. Noncopyable, so that a descriptor is closed exactly once.
//
// The file is unsafe because it hands addresses to system calls.
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
struct OpenFile: ~Copyable, Sendable {
  private let number: Int32
  /// The file that the number must still be for it to be closed.
  private let identity: FileStamp?

  /// Takes ownership.
  init(owning number: Int32) { self.init(number, nil) }

  private init(_ number: Int32, _ identity: FileStamp?) {
    self.number = number
    self.identity = identity
  }

  deinit {
    if let identity, Self.stamp(number)?.isSameFile(as: identity) != true { return }
    _ = close(number)
  }

  /// The same descriptor for a long time: should somebody close it behind our back and the number go to another file,
  /// that file is not closed.
  consuming func closed(onlyAs identity: FileStamp) -> OpenFile {
    let number = self.number
    discard self
    return OpenFile(number, identity)
  }

  /// How many descriptors this process may have. See sysconf(3), `_SC_OPEN_MAX`.
  static var limit: Int { sysconf(Int32(_SC_OPEN_MAX)) }

  /// What fstat(2) says; nil when it fails.
  var stamp: FileStamp? { Self.stamp(number) }

  private static func stamp(_ number: Int32) -> FileStamp? {
    var status = stat()
    return unsafe fstat(number, &status) == 0 ? FileStamp(status) : nil
  }

  /// Reads at an offset into `room`: how many bytes, 0 at the end, nil for an error. See pread(2).
  func read(into room: UnsafeMutableRawBufferPointer, at offset: Int) -> Int? {
    while true {
      let got = unsafe pread(number, room.baseAddress, room.count, off_t(offset))
      if got >= 0 { return got }
      if errno != EINTR { return nil }
    }
  }

  /// The number in the first four bytes; nil for an error or a shorter file.
  var head: Int? {
    var value: Int32 = 0
    let got = unsafe withUnsafeMutableBytes(of: &value) { unsafe read(into: $0, at: 0) }
    return got == 4 ? Int(value) : nil
  }

  /// Writes `bytes[range]` at the same offset of the file: an error's number, or 0. See pwrite(2).
  func write(_ bytes: [UInt8], _ range: Range<Int>) -> Int32 {
    let range = range.clamped(to: bytes.indices)
    return unsafe bytes.withUnsafeBytes { all in
      var at = range.lowerBound
      while at < range.upperBound {
        let part = unsafe UnsafeRawBufferPointer(rebasing: all[at..<range.upperBound])
        let done = unsafe pwrite(number, part.baseAddress, part.count, off_t(at))
        if done < 0 && errno == EINTR { continue }
        if done <= 0 { return done < 0 ? errno : ENOSPC }
        at += done
      }
      return 0
    }
  }

  /// Makes a shorter file `count` bytes long, without room on the disk: an error's number, or 0. See ftruncate(2).
  func lengthen(to count: Int) -> Int32 { ftruncate(number, off_t(count)) == 0 ? 0 : errno }

  /// Writes bytes at the file's position, as into a pipe; false when none were taken. See write(2).
  func write(_ bytes: [UInt8]) -> Bool {
    unsafe bytes.withUnsafeBytes { unsafe systemWrite(number, $0) } > 0
  }

  /// Has the file's first `count` bytes given room on the disk, so that writing there cannot fail for want of it: an
  /// error's number, or 0. See posix_fallocate(3); without that call the file is only made as long.
  func allocate(_ count: Int) -> Int32 {
    #if canImport(Darwin)
      return lengthen(to: count)
    #else
      return posix_fallocate(number, 0, off_t(count))
    #endif
  }
}

/// write(2), apart from the functions of that name above.
private func systemWrite(_ number: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  unsafe write(number, bytes.baseAddress, bytes.count)
}

extension FileStamp {
  /// From stat(2).
  init(_ status: stat) {
    #if canImport(Darwin)
      let changed = status.st_mtimespec
    #else
      let changed = status.st_mtim
    #endif
    self.init(
      device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino),
      size: Int64(status.st_size), seconds: Int64(changed.tv_sec), nanoseconds: Int64(changed.tv_nsec),
      isRegular: status.st_mode & S_IFMT == S_IFREG)
  }
}
