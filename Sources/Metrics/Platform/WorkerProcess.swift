// What the kernel tells of a process that may be the writer of a file: whether it is there, since when, and whether it
// holds the file open. Where there is no /proc only the first is known.
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

/// Questions about a process by its id.
enum WorkerProcess {
  /// The calling process.
  static var own: Int32 { getpid() }

  /// True unless there is certainly no process of this id in our namespace. See kill(2).
  static func isThere(_ pid: Int32) -> Bool { kill(pid, 0) == 0 || errno != ESRCH }

  /// True for a process that has ended and was not waited for yet, which kill(2) still finds.
  static func isEnded(_ stat: [Substring]) -> Bool { stat.first == "Z" || stat.first == "X" }

  /// The fields of /proc/PID/stat from the third on.
  static func stat(_ pid: Int32) -> [Substring]? {
    OwnProcess.read("/proc/\(pid)/stat", limit: 4_096).flatMap { ProcessCollector.statFields($0) }
  }

  /// Whether the process has one of these files open; nil when that may not be known.
  static func holds(_ pid: Int32, oneOf files: [FileStamp]) -> Bool? {
    let path = "/proc/\(pid)/fd"
    guard let stream = unsafe opendir(path) else { return nil }
    defer { unsafe _ = closedir(stream) }
    let directory = unsafe dirfd(stream)
    for _ in 0..<MetricsLimits.workerDescriptors {
      errno = 0
      guard let entry = unsafe readdir(stream) else { return errno == 0 ? false : nil }
      if unsafe entry.pointee.d_name.0 == CChar(UInt8(ascii: ".")) { continue }
      if let stamp = unsafe target(directory, entry), files.contains(where: { $0.isSameFile(as: stamp) }) {
        return true
      }
    }
    return nil
  }

  /// The file behind an entry of /proc/PID/fd, when its name is that of a value file. The name is looked at first: to
  /// ask for more of a file on a dead network mount would hang.
  private static func target(_ directory: Int32, _ entry: UnsafeMutablePointer<dirent>) -> FileStamp? {
    unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
      let room = unsafe MemoryLayout.size(ofValue: tuple.pointee)
      return unsafe tuple.withMemoryRebound(to: CChar.self, capacity: room) { name in
        var link = [UInt8](repeating: 0, count: 4_096)
        let length = unsafe link.withUnsafeMutableBytes { bytes -> Int in
          guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return -1 }
          return unsafe readlinkat(directory, name, start, bytes.count)
        }
        guard length > 0, link.prefix(length).reversed().starts(with: ValueFileName.ending.utf8.reversed()) else {
          return nil
        }
        var status = Self.emptyStatus
        return unsafe fstatat(directory, name, &status, 0) == 0 ? FileStamp(status) : nil
      }
    }
  }

  #if canImport(Glibc)
    private static var emptyStatus: Glibc.stat { Glibc.stat() }
  #elseif canImport(Musl)
    private static var emptyStatus: Musl.stat { Musl.stat() }
  #else
    private static var emptyStatus: Darwin.stat { Darwin.stat() }
  #endif
}

extension FileStamp {
  /// True for two looks at one file.
  func isSameFile(as other: FileStamp) -> Bool { device == other.device && inode == other.inode }
}
