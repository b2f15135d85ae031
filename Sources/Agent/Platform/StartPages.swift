// What starting took of the program's files and its libraries': relocations, names of symbols, tables of types, code that
// runs once. Linux maps sixteen pages around each one that is touched, and nothing takes them back while memory is plenty,
// so that most of what an agent has resident would be its start. What is needed again is mapped again from the cache of
// files, for a microsecond.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The pages of files that are mapped to be run or read.
enum StartPages {
  /// Gives back the pages of all mapped code and constants; see madvise(2), MADV_DONTNEED. Mappings of which the process has pages of
  /// its own, as a debugger makes them, are left alone. Without /proc nothing happens. Returns the bytes of the mappings.
  @discardableResult
  static func release(_ maps: String = "/proc/self/smaps") -> Int {
    var text: [UInt8] = []
    do throws(SystemError) { try KernelFile.read(maps, into: &text) } catch { return 0 }
    var released = 0
    for range in unchanged(text.span) {
      guard let start = unsafe UnsafeMutableRawPointer(bitPattern: range.lowerBound) else { continue }
      if unsafe madvise(start, range.count, MADV_DONTNEED) == 0 { released += range.count }
    }
    return released
  }

  /// The addresses of what comes from files as it is and may not be written:
  ///
  ///     55b8e360b000-55b8e3ea9000 r-xp 00000000 fe:00 1234  /usr/bin/vitals
  ///     Anonymous:             0 kB
  static func unchanged(_ bytes: Span<UInt8>) -> [Range<UInt>] {
    var found: [Range<UInt>] = []
    var current: Range<UInt>?
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      guard let key = fields.next(in: bytes), let second = fields.next(in: bytes) else { continue }
      if bytes.equals(second, "r-xp") || bytes.equals(second, "r--p") {
        let path = fields.remainder.first { bytes[$0] == UInt8(ascii: "/") }
        current = path == nil ? nil : addresses(key, bytes)
      } else if bytes[key.upperBound - 1] != UInt8(ascii: ":") {
        current = nil
      } else if bytes.equals(key, "Anonymous:"), bytes.equals(second, "0"), let range = current {
        found.append(range)
        current = nil
      }
    }
    return found
  }

  private static func addresses(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Range<UInt>? {
    let parts = bytes.string(range).split(separator: "-")
    guard parts.count == 2, let start = UInt(parts[0], radix: 16), let end = UInt(parts[1], radix: 16), start < end
    else { return nil }
    return start..<end
  }
}
