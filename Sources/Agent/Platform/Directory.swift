// Listing a directory and following a link, for /proc.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Directories, those of /proc and /sys first of all.
enum Directory {
  /// The names in a directory that are numbers, such as the processes in /proc; see readdir(3).
  static func numbers(_ path: String) throws(SystemError) -> [Int32] {
    guard let directory = unsafe opendir(path) else { throw SystemError(call: "open", subject: path, code: errno) }
    defer { unsafe closedir(directory) }
    var numbers: [Int32] = []
    while let entry = try unsafe next(directory, path) {
      if let number = unsafe number(entry) { numbers.append(number) }
    }
    return numbers
  }

  /// The names in a directory, sorted, without regular files: in a class of sysfs those are the devices; see readdir(3).
  static func names(_ path: String) throws(SystemError) -> [String] { try list(path) { $0 != DT_REG } }

  /// All names in a directory, sorted; see readdir(3). What is not UTF-8 becomes U+FFFD.
  static func entries(_ path: String) throws(SystemError) -> [String] { try list(path) { _ in true } }

  private static func list(_ path: String, _ isWanted: (Int) -> Bool) throws(SystemError) -> [String] {
    guard let directory = unsafe opendir(path) else { throw SystemError(call: "open", subject: path, code: errno) }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = try unsafe next(directory, path) {
      if !isWanted(unsafe Int(entry.pointee.d_type)) { continue }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      if names.count == Limits.directoryEntries { throw SystemError(call: "list", subject: path, code: E2BIG) }
      names.append(name)
    }
    return names.sorted()
  }

  /// The first `limit` names in a directory that begin with `prefix`, and their inodes' numbers, as the directory has
  /// them: unsorted, and those of mount points are of what lies beneath. What is not UTF-8 is left out, since it could
  /// not be opened by its name.
  static func inodes(
    _ path: String, prefix: String = "", limit: Int
  ) throws(SystemError) -> [(name: String, inode: UInt64)] {
    guard let directory = unsafe opendir(path) else { throw SystemError(call: "open", subject: path, code: errno) }
    defer { unsafe closedir(directory) }
    var found: [(name: String, inode: UInt64)] = []
    while found.count < limit, let entry = try unsafe next(directory, path) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes -> String? in
        if unsafe !bytes.starts(with: prefix.utf8) { return nil }
        return unsafe String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let name { found.append((name, unsafe UInt64(entry.pointee.d_ino))) }
    }
    return found
  }

  /// A name in a directory.
  struct Member: Hashable, Sendable {
    /// What it is; a file system may not say.
    enum Kind: Sendable {
      case file
      case folder
      case link
      case unknown
    }

    let name: String
    /// The inode's number, as the directory has it.
    let inode: UInt64
    let kind: Kind
  }

  /// The first `limit` names in a directory, unsorted, but for those that are neither files, directories nor links; and
  /// how many more there are. What is not UTF-8 is left out.
  static func members(
    _ path: String, limit: Int
  ) throws(SystemError) -> (members: [Member], leftOut: Int) {
    guard let directory = unsafe opendir(path) else { throw SystemError(call: "open", subject: path, code: errno) }
    defer { unsafe closedir(directory) }
    var found: [Member] = []
    var leftOut = 0
    while let entry = try unsafe next(directory, path) {
      let kind: Member.Kind
      switch unsafe Int(entry.pointee.d_type) {
      case Int(DT_REG): kind = .file
      case Int(DT_DIR): kind = .folder
      case Int(DT_LNK): kind = .link
      case Int(DT_UNKNOWN): kind = .unknown
      default: continue
      }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(validating: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let name, name != ".", name != ".." else { continue }
      if found.count < limit {
        found.append(Member(name: name, inode: unsafe UInt64(entry.pointee.d_ino), kind: kind))
      } else {
        leftOut += 1
      }
    }
    return (found, leftOut)
  }

  /// A path without symbolic links; see realpath(3).
  static func real(_ path: String) throws(SystemError) -> String {
    guard let real = unsafe realpath(path, nil) else { throw SystemError(call: "open", subject: path, code: errno) }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// Where a symbolic link points; see readlink(2).
  static func target(_ path: String) throws(SystemError) -> String {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = try system("readlink", path) {
      unsafe buffer.withUnsafeMutableBytes { room -> Int in
        guard let start = unsafe room.baseAddress?.assumingMemoryBound(to: CChar.self) else { return -1 }
        return unsafe readlink(path, start, room.count)
      }
    }
    return String(decoding: buffer.prefix(count), as: UTF8.self)
  }

  /// The size that stat(2) gives: for /proc/PID/fd the number of open descriptors since Linux 6.2, 0 before.
  static func size(_ path: String) throws(SystemError) -> UInt64 {
    var status = stat()
    try system("stat", path) { unsafe stat(path, &status) }
    return UInt64(clamping: status.st_size)
  }

  /// The next entry; nil at the end. A listing that breaks off must not pass for a whole one.
  private static func next(
    _ directory: OpaquePointer, _ path: String
  ) throws(SystemError) -> UnsafeMutablePointer<dirent>? {
    errno = 0
    if let entry = unsafe readdir(directory) { return unsafe entry }
    if errno != 0 { throw SystemError(call: "list", subject: path, code: errno) }
    return nil
  }

  private static func number(_ entry: UnsafeMutablePointer<dirent>) -> Int32? {
    var value: Int32 = 0
    var digits = 0
    return unsafe withUnsafeBytes(of: &entry.pointee.d_name) { name -> Int32? in
      for index in 0..<name.count {
        let byte = unsafe name[index]
        if byte == 0 { return digits > 0 ? value : nil }
        if byte < 48 || byte > 57 || digits == 9 { return nil }
        value = value * 10 + Int32(byte - 48)
        digits += 1
      }
      return nil
    }
  }
}
