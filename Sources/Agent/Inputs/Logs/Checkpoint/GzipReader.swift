// A gzip'd file as the bytes that are in it, read from its front in pieces. Several streams behind each other are one
// text, as gzip(1) has it; zeros behind the last one are tape, and nothing.
// SPDX-License-Identifier: Apache-2.0

/// Reads a compressed file. Not thread-safe; keeps 128 KiB beside the open file, whatever its length.
final class GzipReader {
  private let descriptor: FileDescriptor
  private let inflater: Inflater
  private var input: [UInt8] = []
  private var used = 0
  private var isBetween = false
  private var isOver = false
  /// What is left of the file is no gzip, or damaged: the text ends before its end.
  private(set) var isBroken = false

  /// Whether whoever waits for a pipe has given up: the text ends then.
  var isStopped: () -> Bool = { false }
  /// Bytes taken of the file so far.
  private(set) var taken: UInt64 = 0

  /// Opens a file; nil when it is no gzip'd one, or there is no memory for it.
  convenience init?(_ path: String) throws(SystemError) {
    let descriptor = try FileDescriptor.openForTail(path)
    var magic: [UInt8] = []
    try descriptor.read(into: &magic, count: 2)
    self.init(consume descriptor, begun: magic)
  }

  /// Goes on with an open file of which `begun` was read, two bytes or more; nil when that is no gzip, or there is no
  /// memory for it.
  init?(_ descriptor: consuming FileDescriptor, begun: [UInt8]) {
    guard begun.starts(with: [0x1f, 0x8b]), let inflater = Inflater() else { return nil }
    self.descriptor = descriptor
    self.inflater = inflater
    input = begun
    taken = UInt64(begun.count)
  }

  /// Replaces `output` by the next bytes, at most `count`; by none at the end, and where it is broken.
  func read(into output: inout [UInt8], count: Int) throws(SystemError) {
    output.removeAll(keepingCapacity: true)
    while output.count < count, !isOver {
      if used == input.count, try !fill() {
        // A stream that does not end was cut off.
        isBroken = !isBetween && !isStopped()
        isOver = true
        return
      }
      if isBetween {
        if input[used] != 0x1f {
          isOver = true
          return
        }
        inflater.restart()
        isBetween = false
      }
      let (taken, step) = inflater.inflate(input, from: used, into: &output, room: count - output.count)
      used += taken
      isBetween = step == .ended
      if step == .broken {
        isBroken = true
        isOver = true
      }
    }
  }

  private func fill() throws(SystemError) -> Bool {
    input.removeAll(keepingCapacity: true)
    used = 0
    // A file is always readable; a pipe may be open without waiting.
    while !descriptor.isReadable(within: 200) { if isStopped() { return false } }
    let got = try descriptor.read(into: &input, count: Limits.tailBlockBytes)
    taken &+= UInt64(got)
    return got > 0
  }
}
