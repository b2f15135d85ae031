// How many descriptors a process may open, from /proc/PID/limits; see proc(5):
//
//     Limit                     Soft Limit           Hard Limit           Units
//     Max open files            1024                 524288               files
//
// SPDX-License-Identifier: Apache-2.0

/// The limit on a process's descriptors.
enum OpenFilesLimit {
  private static let key: StaticString = "Max open files"

  /// The soft limit; nil where the file does not tell. Without a limit it is the greatest number.
  static func parse(_ bytes: Span<UInt8>) -> UInt64? {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      let end = line.lowerBound + key.utf8CodeUnitCount
      guard end < line.upperBound, bytes.equals(line.lowerBound..<end, key) else { continue }
      var fields = Splitter.fields(end..<line.upperBound)
      guard let soft = fields.next(in: bytes) else { return nil }
      return bytes.equals(soft, "unlimited") ? .max : bytes.unsigned(soft)
    }
    return nil
  }
}
