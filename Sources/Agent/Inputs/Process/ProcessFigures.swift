// What a watched process does: the files beside its stat. Each that may not be read, or that this kernel lacks, leaves
// its figures absent.
// SPDX-License-Identifier: Apache-2.0

/// The figures of one process that need files of their own.
struct ProcessFigures {
  var readBytes: UInt64?
  var writtenBytes: UInt64?
  /// System calls that read or wrote, whatever the file: read(2), write(2) and their kin.
  var readCalls: UInt64?
  var writeCalls: UInt64?
  var voluntarySwitches: UInt64?
  var involuntarySwitches: UInt64?
  var openDescriptors: UInt64?
  var swappedBytes: UInt64?
  /// How many descriptors it may open, and what the kernel would kill it for when memory runs out; read seldom.
  var mostDescriptors: UInt64?
  var oomScore: UInt64?

  /// `read_bytes: 123` is what really came from storage; `rchar` counts the page cache too, and all but sockets' own calls.
  mutating func parseIO(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      guard let key = fields.next(in: bytes), let value = fields.next(in: bytes) else { continue }
      if bytes.equals(key, "read_bytes:") { readBytes = bytes.unsigned(value) }
      if bytes.equals(key, "write_bytes:") { writtenBytes = bytes.unsigned(value) }
      if bytes.equals(key, "syscr:") { readCalls = bytes.unsigned(value) }
      if bytes.equals(key, "syscw:") { writeCalls = bytes.unsigned(value) }
    }
  }

  /// `voluntary_ctxt_switches:\t42`; those of the main thread, as the kernel gives them here. `VmSwap:\t      8 kB`.
  mutating func parseStatus(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      var pieces = Splitter.pieces(line, separator: 9)
      guard let key = pieces.next(in: bytes), let value = pieces.next(in: bytes) else { continue }
      if bytes.equals(key, "voluntary_ctxt_switches:") { voluntarySwitches = bytes.unsigned(value) }
      if bytes.equals(key, "VmSwap:") { swappedBytes = ProcessFigures.kibibytes(value, bytes) }
      if bytes.equals(key, "nonvoluntary_ctxt_switches:") { involuntarySwitches = bytes.unsigned(value) }
    }
  }

  /// `666` and a line feed.
  mutating func parseOOMScore(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    oomScore = lines.next(in: bytes).flatMap { bytes.unsigned($0) }
  }

  static func kibibytes(_ text: Range<Int>, _ bytes: Span<UInt8>) -> UInt64? {
    var fields = Splitter.fields(text)
    guard let number = fields.next(in: bytes).flatMap({ bytes.unsigned($0) }) else { return nil }
    let (value, overflow) = number.multipliedReportingOverflow(by: 1_024)
    return overflow ? nil : value
  }
}
