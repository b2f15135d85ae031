// The owner of an open directory: its names, and the files in it by name alone, so that a directory that is renamed
// meanwhile stays the one that was listed. No link is followed and nothing is waited for.
//
// The file is unsafe because directory streams are addresses.
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

/// An open directory, closed when its owner goes away.
@safe struct FileDirectory: ~Copyable {
  #if canImport(Darwin)
    private typealias Stream = UnsafeMutablePointer<DIR>
  #else
    private typealias Stream = OpaquePointer
  #endif

  /// What opening a file can come to.
  enum Opened: ~Copyable {
    case file(OpenFile)
    case failed(Int32)
  }

  /// The errors of ``open(_:)`` that are told apart: nothing there, and a link.
  static var gone: Int32 { ENOENT }
  static var isLink: Int32 { ELOOP }
  /// True for the errors of a process, or a system, that may open no more.
  static func isFull(_ code: Int32) -> Bool { code == EMFILE || code == ENFILE }
  /// What kept the last directory from being opened.
  static var error: Int32 { errno }

  private let stream: Stream
  private let number: Int32

  /// Nil, with `errno`, when it cannot be opened.
  init?(_ path: String) {
    guard let stream = unsafe opendir(path) else { return nil }
    unsafe self.stream = stream
    number = unsafe dirfd(stream)
  }

  deinit { unsafe _ = closedir(stream) }

  /// Lists the names with this ending that do not begin with a point, of the first `limit` entries.
  func list(into listing: inout DirectoryListing, ending: String, limit: Int) {
    listing.removeAll()
    let ending = Array(ending.utf8)
    for _ in 0..<limit {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        listing.isWhole = errno == 0
        return
      }
      unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        guard let end = unsafe bytes.firstIndex(of: 0), end > ending.count, unsafe bytes[0] != UInt8(ascii: "."),
          unsafe bytes[(end - ending.count)..<end].elementsEqual(ending)
        else { return }
        unsafe listing.text.append(contentsOf: bytes[...end])
        unsafe listing.inodes.append(UInt64(truncatingIfNeeded: entry.pointee.d_ino))
      }
    }
    listing.isWhole = false
  }

  /// What stat(2) says of a file, or of the link that it is; nil when there is none.
  func stamp(_ name: String) -> FileStamp? {
    var status = stat()
    return unsafe fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? FileStamp(status) : nil
  }

  /// Opens a file for reading. A link is not followed, a pipe is not waited for.
  func open(_ name: String) -> Opened {
    opened(unsafe openat(number, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC))
  }

  /// Opens a file of our own for reading and writing, making it when it is not there.
  func openOwn(_ name: String) -> Opened {
    opened(unsafe openat(number, name, O_RDWR | O_CREAT | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, mode_t(0o644)))
  }

  private func opened(_ descriptor: Int32) -> Opened {
    descriptor < 0 ? .failed(errno) : .file(OpenFile(owning: descriptor))
  }
}
