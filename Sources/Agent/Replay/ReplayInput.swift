// The bytes of one log, from its first to its last: of a file or a pipe, gzip'd or not, which its first bytes tell.
// SPDX-License-Identifier: Apache-2.0

/// An open log. Not thread-safe; reads, and never maps: a file that is cut while it is read ends early.
final class ReplayInput {
  /// What was read and not yet handed out.
  private var begun: [UInt8] = []
  private var plain: FileDescriptor?
  private var gzip: GzipReader?
  private var plainBytes: UInt64 = 0
  /// Whether it can be opened and read again.
  let isRegular: Bool
  /// Its length in bytes, compressed as it is; nil of a pipe.
  let size: UInt64?
  let identity: FileIdentity?

  /// Bytes taken of the file, compressed as they are.
  var taken: UInt64 { gzip?.taken ?? plainBytes }

  /// Whether the compressed data ended before its end.
  var isCut: Bool { gzip?.isBroken ?? false }

  /// Opens a log and looks at its first bytes. A pipe is waited for until `isStopped`. `reader` is the command that reads
  /// from a pipe, for who has a log in a form that is not read here.
  init(_ path: String, reader: String = "replay -", _ isStopped: @escaping () -> Bool) throws(UsageError) {
    let shown = path == ReplaySource.standardInput ? "stdin" : path
    do throws(SystemError) {
      let isInput = path == ReplaySource.standardInput
      let descriptor = isInput ? try FileDescriptor.standardInput() : try FileDescriptor.openForTail(path)
      let status = try descriptor.status()
      if status.isDirectory { throw SystemError(call: "is a directory", subject: path, code: 0) }
      isRegular = status.oddity == nil && !isInput
      size = status.oddity == nil ? UInt64(clamping: status.size) : nil
      identity = isRegular ? status.identity : nil
      try Self.fill(&begun, from: descriptor, isRegular: isRegular, isStopped)
      plainBytes = UInt64(begun.count)
      if begun.starts(with: [0x1f, 0x8b]) {
        gzip = GzipReader(consume descriptor, begun: begun)
        gzip?.isStopped = isStopped
        begun = []
      } else {
        plain = consume descriptor
      }
    } catch {
      throw UsageError(message: "\(shown): \(error.code == 0 ? error.call : error.reason)")
    }
    if let tool = Self.otherTool(begun) {
      throw UsageError(message: "\(shown): is compressed; try: \(tool) -dc \(shown) | vitals \(reader)")
    }
  }

  /// Replaces `block` by the next bytes; by none at the end, and when it was stopped while it waited.
  func read(into block: inout [UInt8], _ isStopped: () -> Bool) throws(SystemError) {
    block.removeAll(keepingCapacity: true)
    if !begun.isEmpty {
      swap(&block, &begun)
      begun = []
      return
    }
    if let gzip { return try gzip.read(into: &block, count: Limits.replayBlockBytes) }
    switch plain {
    case .some(let descriptor): try Self.fill(&block, from: descriptor, isRegular: isRegular, isStopped)
    case .none: break
    }
    plainBytes &+= UInt64(block.count)
  }

  /// Hands `block` out again as the next bytes.
  func putBack(_ block: [UInt8]) { begun = block + begun }

  /// Reads a whole block but at the end: what is found may not depend on how a pipe's writer cuts it.
  private static func fill(
    _ block: inout [UInt8], from descriptor: borrowing FileDescriptor, isRegular: Bool, _ isStopped: () -> Bool
  ) throws(SystemError) {
    while block.count < Limits.replayBlockBytes {
      if !isRegular {
        while !descriptor.isReadable(within: 200), !isStopped() {}
        if isStopped() { return }
      }
      if try descriptor.read(into: &block, count: Limits.replayBlockBytes - block.count) == 0 { return }
    }
  }

  /// The tool that reads a file with this beginning, when it is compressed and no gzip.
  private static func otherTool(_ head: [UInt8]) -> String? {
    if head.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) { return "zstd" }
    if head.starts(with: [0xfd, 0x37, 0x7a, 0x58]) { return "xz" }
    return head.starts(with: [0x42, 0x5a, 0x68]) ? "bzip2" : nil
  }
}
