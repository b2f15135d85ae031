// A directory whose entries are numbers, such as /proc, listed again and again: kept open and read by getdents64(2) into
// one buffer, because opening it and a call for each entry cost more than the list itself.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// An open directory.
struct NumberedDirectory: ~Copyable {
  private let path: String
  private let descriptor: FileDescriptor
  private var buffer = [UInt8](repeating: 0, count: 8 << 10)

  /// Opens the directory.
  init(_ path: String) throws(SystemError) {
    self.path = path
    descriptor = try FileDescriptor.open(path, flags: O_DIRECTORY)
  }

  /// Replaces `numbers` by the names that are numbers, ascending.
  mutating func list(into numbers: inout [Int32]) throws(SystemError) {
    numbers.removeAll(keepingCapacity: true)
    let number = descriptor.number
    try system("lseek", path) { lseek(number, 0, SEEK_SET) }
    while true {
      let count = try system("getdents64", path) {
        unsafe buffer.withUnsafeMutableBytes { unsafe getdents64(number, $0.baseAddress, $0.count) }
      }
      if count == 0 { break }
      NumberedDirectory.parse(buffer.span, count, into: &numbers)
    }
    // procfs lists them in order; a test's directory need not.
    if zip(numbers, numbers.dropFirst()).contains(where: { $0 > $1 }) { numbers.sort() }
  }

  /// Takes the numbers from what the kernel gave: records of an inode and an offset in eight bytes each, the record's
  /// length in two, a type in one, and the name with a zero behind it.
  private static func parse(_ bytes: Span<UInt8>, _ count: Int, into numbers: inout [Int32]) {
    var start = 0
    while start + 19 < count {
      let length = Int(bytes[start + 16]) | Int(bytes[start + 17]) << 8
      if length < 20 || start + length > count { return }
      if let number = number(bytes, start + 19, start + length) { numbers.append(number) }
      start += length
    }
  }

  private static func number(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int32? {
    var value: Int32 = 0
    for place in start..<end {
      let byte = bytes[place]
      if byte == 0 { return place > start ? value : nil }
      if byte < UInt8(ascii: "0") || byte > UInt8(ascii: "9") || place - start == 9 { return nil }
      value = value &* 10 &+ Int32(byte &- UInt8(ascii: "0"))
    }
    return nil
  }
}
