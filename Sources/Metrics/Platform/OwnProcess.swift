// What the module asks of the operating system about its process: whole small files, a count of directory entries and a
// few constants. Everything answers nil where there is no /proc, so that the collector compiles and stays silent there.
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

/// System calls about the own process.
enum OwnProcess {
  /// Clock ticks a second, the unit of CPU and start times in /proc (sysconf(3), `_SC_CLK_TCK`).
  static var ticksPerSecond: Double? {
    let ticks = sysconf(Int32(_SC_CLK_TCK))
    return ticks > 0 ? Double(ticks) : nil
  }

  /// Bytes of a page, the unit of resident memory in /proc/PID/stat.
  static var pageBytes: UInt64? {
    let bytes = sysconf(Int32(_SC_PAGESIZE))
    return bytes > 0 ? UInt64(bytes) : nil
  }

  /// How many descriptors may be open: the soft limit of getrlimit(2); nil when there is none.
  static var descriptorLimit: UInt64? {
    var limits = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
      let resource = RLIMIT_NOFILE
    #endif
    // RLIM_INFINITY is 2^64 - 1 or, elsewhere, 2^63 - 1.
    guard unsafe getrlimit(resource, &limits) == 0, limits.rlim_cur < UInt64(Int64.max) else { return nil }
    return UInt64(limits.rlim_cur)
  }

  /// The whole of a file, or nil when it cannot be read or is longer than `limit` bytes.
  static func read(_ path: String, limit: Int) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return nil }
    defer { _ = close(descriptor) }
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe systemRead(descriptor, buffer)
      }
      if count < 0 && errno == EINTR { continue }
      if count < 0 { return nil }
      if count == 0 { return contents }
      contents.append(contentsOf: chunk.prefix(count))
      if contents.count > limit { return nil }
    }
  }

  /// The open descriptors that /proc/PID/fd tells as its size, which it does since Linux 6.2 (see proc(5)) and which costs
  /// less than a listing; nil from another kernel or file system.
  static func descriptorCount(_ path: String) -> Int? {
    #if os(Linux)
      var status = stat()
      // Procfs has no blocks, and says that one were of 1,024 bytes.
      guard unsafe stat(path, &status) == 0, status.st_size > 0, status.st_blocks == 0, status.st_blksize == 1_024
      else { return nil }
      return Int(status.st_size)
    #else
      return nil
    #endif
  }

  /// The entries of a directory without `.` and `..`, or nil when it cannot be listed to its end.
  static func entryCount(_ path: String) -> Int? {
    guard let directory = unsafe opendir(path) else { return nil }
    defer { unsafe _ = closedir(directory) }
    var count = 0
    while true {
      errno = 0
      guard let entry = unsafe readdir(directory) else { return errno == 0 ? count : nil }
      if unsafe entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
    }
  }

  /// read(2), apart from this type's own function of that name.
  private static func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Glibc)
      unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      unsafe Musl.read(descriptor, buffer.baseAddress, buffer.count)
    #else
      unsafe Darwin.read(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }
}
