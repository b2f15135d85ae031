// A process's memory with what it shares divided among those who share it, from /proc/PID/smaps_rollup; see proc(5):
//
//     55d0a5a1c000-7ffd3c9f1000 ---p 00000000 00:00 0                          [rollup]
//     Rss:                1764 kB
//     Pss:                 286 kB
//     SwapPss:               0 kB
//
// SPDX-License-Identifier: Apache-2.0

/// Shares of memory and swap.
struct MemoryShares: Equatable, Sendable {
  /// In bytes; the sum over all processes is what they use together.
  var resident: UInt64?
  var swapped: UInt64?

  init(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      guard let colon = line.first(where: { bytes[$0] == UInt8(ascii: ":") }) else { continue }
      let (key, value) = (line.lowerBound..<colon, colon + 1..<line.upperBound)
      if bytes.equals(key, "Pss") { resident = ProcessFigures.kibibytes(value, bytes) }
      if bytes.equals(key, "SwapPss") { swapped = ProcessFigures.kibibytes(value, bytes) }
    }
  }
}
