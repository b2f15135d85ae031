// The lines between two times. Which they are is found by a second reading of each line in its form, so that whoever asks
// for no limits pays nothing.
// SPDX-License-Identifier: Apache-2.0

/// Limits of time, and where the lines at hand stand in them. A line that says no time goes with the one before it.
struct ReplayWindow {
  /// Some lines that are all inside, or all outside.
  struct Piece {
    let range: Range<Int>
    let lines: UInt64
    let isInside: Bool
  }

  /// Nanoseconds since 1970; the end is not in it.
  private let times: Range<UInt64>
  private var reader = FormReader()
  private var isInside = false

  /// From `from` to before `to`; nil when both are nil.
  init?(from: UInt64?, to: UInt64?) {
    if from == nil, to == nil { return nil }
    times = (from ?? 0)..<max(from ?? 0, to ?? .max)
  }

  /// The lines from `start` on up to the first that is on the other side; nil at the end. The times of `clock` are for
  /// lines that say none.
  mutating func next(_ bytes: Span<UInt8>, from start: Int, clock: LineClock? = nil) -> Piece? {
    if start >= bytes.count { return nil }
    if start == 0 { reader.look(ahead: bytes) }
    var at = start
    var lines: UInt64 = 0
    while at < bytes.count {
      let end = bytes.first(10, in: at..<bytes.count)
      if let time = reader.time(bytes, at..<end) ?? clock?.time(at: at), times.contains(time) != isInside {
        if at > start { break }
        isInside.toggle()
      }
      lines &+= 1
      at = min(end + 1, bytes.count)
    }
    return Piece(range: start..<at, lines: lines, isInside: isInside)
  }
}
