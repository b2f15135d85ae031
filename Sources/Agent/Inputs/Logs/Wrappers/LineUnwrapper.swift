// Takes the lines of containers out of those of their runtimes, before anything looks at their forms: what comes out is
// as if the service had written its log itself, and goes the usual way. Runs on the helper thread that reads. Whether a
// log is such one is told by the first and the last line of what was read, so that other logs pay for two lines a batch;
// in one that is, each line is looked at.
//
// A long line comes in parts, of stdout and stderr by turns, and a part may stand in the file before a rotation: the parts
// are kept by stream until the line ends, up to the longest line that is read anywhere. They are not in the checkpoint,
// which has no line of a log: of a line that a restart cuts, the rest is read as a line and refused where it is none.
// SPDX-License-Identifier: Apache-2.0

/// The state between two reads of one log. Not thread-safe; one buffer a batch, none a line.
struct LineUnwrapper: Sendable {
  /// The beginning of a line that is not complete.
  private struct Part {
    var bytes: [UInt8] = []
    var time: UInt64?
    /// It is too long, and so is all that follows until its end.
    var isSkipping = false

    var isEmpty: Bool { bytes.isEmpty && !isSkipping }

    /// Puts the part that stands in `out` from `start` on behind those before it, or keeps it for what follows; the time
    /// of the first of them, and whether they have become too long.
    mutating func join(
      _ line: WrappedLine, _ now: UInt64?, _ start: Int, _ out: inout [UInt8]
    ) -> (time: UInt64?, isTooLong: Bool) {
      if line.isEnd, isEmpty { return (now, false) }
      if bytes.isEmpty { time = now }
      let isTooLong = !isSkipping && bytes.count + out.count - start > Limits.lineBytes
      if isTooLong {
        isSkipping = true
        bytes.removeAll()
      }
      if line.isEnd, !isSkipping {
        out.replaceSubrange(start..<start, with: bytes)
      } else {
        if !isSkipping { bytes.append(contentsOf: out[start...]) }
        out.removeLast(out.count - start)
      }
      if line.isEnd {
        bytes.removeAll(keepingCapacity: true)
        isSkipping = false
      }
      return (time, isTooLong)
    }
  }

  private var output = Part()
  private var errors = Part()

  /// Lines that were too long, so far.
  private(set) var longLines: UInt64 = 0

  init() {}

  /// Replaces the lines of a batch by those inside of them, where there are such.
  mutating func unwrap(_ batch: inout TailBatch) {
    let raw = batch.lines
    let bytes = raw.span
    if !isNeeded(bytes) { return }
    let before = longLines
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var clock = LineClock()
    var pieces = Splitter.lines(bytes)
    while let line = pieces.next(in: bytes) {
      let start = out.count
      if let time = read(bytes, line, into: &out)?.time { clock.add(time, at: start) }
    }
    batch.longLines &+= longLines &- before
    batch.lines = out
    batch.clock = clock
  }

  /// Reads one line and appends the container's, when it is complete, or the line itself when it is no runtime's; the
  /// runtime and its time for the line, nil for others.
  mutating func read(
    _ bytes: Span<UInt8>, _ line: Range<Int>, into out: inout [UInt8]
  ) -> (wrapper: LogWrapper, time: UInt64?)? {
    let start = out.count
    guard let found = WrappedLine.read(bytes, line, into: &out) else {
      out.append(bytes, line)
      out.append(10)
      return nil
    }
    let time = Timestamp.nanoseconds(bytes, found.time)
    let joined = found.isError ? errors.join(found, time, start, &out) : output.join(found, time, start, &out)
    if joined.isTooLong { longLines &+= 1 }
    return (found.wrapper, joined.time)
  }

  /// Whether the first or the last line is a runtime's, or the rest of one is awaited.
  private func isNeeded(_ bytes: Span<UInt8>) -> Bool {
    if bytes.isEmpty { return false }
    if !output.isEmpty || !errors.isEmpty { return true }
    var last = bytes.count - 1
    while last > 0, bytes[last - 1] != 10 { last -= 1 }
    return Self.isWrapped(bytes, 0) || Self.isWrapped(bytes, last)
  }

  private static func isWrapped(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
    var text: [UInt8] = []
    return WrappedLine.read(bytes, start..<bytes.first(10, in: start..<bytes.count), into: &text) != nil
  }
}
