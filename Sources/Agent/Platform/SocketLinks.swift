// The sockets among a process's descriptors: links of the form `socket:[12345]` in /proc/PID/fd; see proc(5).
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Links to sockets.
enum SocketLinks {
  /// Calls `take` with the inode of each socket among the links of a directory; the number of links looked at. A
  /// directory that may not be listed has none.
  static func each(_ path: String, _ take: (UInt64) -> Void) -> Int { (try? list(path, take)) ?? 0 }

  /// The same, of the first `limit` links; throws where the directory may not be opened.
  static func list(_ path: String, limit: Int = .max, _ take: (UInt64) -> Void) throws(SystemError) -> Int {
    guard let directory = unsafe opendir(path) else { throw SystemError(call: "open", subject: path, code: errno) }
    defer { unsafe closedir(directory) }
    let descriptor = unsafe dirfd(directory)
    var links = 0
    while links < limit, let entry = unsafe readdir(directory) {
      if unsafe entry.pointee.d_type != UInt8(DT_LNK) { continue }
      links += 1
      if let inode = unsafe inode(descriptor, entry) { take(inode) }
    }
    return links
  }

  private static func inode(_ directory: Int32, _ entry: UnsafeMutablePointer<dirent>) -> UInt64? {
    // `socket:[` and twenty digits and `]` fit; a longer link is another thing.
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { target -> UInt64? in
      guard let start = target.baseAddress else { return nil }
      let count = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name -> Int in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { name in
          unsafe readlinkat(directory, name, start, target.count)
        }
      }
      let prefix: StaticString = "socket:["
      let length = prefix.utf8CodeUnitCount
      guard count > length + 1, count < target.count, unsafe target[count - 1] == CChar(UInt8(ascii: "]")) else {
        return nil
      }
      for index in 0..<length where unsafe target[index] != CChar(bitPattern: prefix.utf8Start[index]) { return nil }
      var value: UInt64 = 0
      for index in length..<(count - 1) {
        let digit = unsafe UInt8(bitPattern: target[index]) &- 48
        if digit > 9 { return nil }
        let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
        if overflow { return nil }
        value = tens &+ UInt64(digit)
      }
      return value
    }
  }
}
