// The times of lines, looked at before the lines count: what was logged before the agent could read it counts at its own
// second. It is a second reading of those lines, in their forms, and nothing for all others.
// SPDX-License-Identifier: Apache-2.0

/// Finds where the lines of a file pass a moment. Not thread-safe.
final class LineTimes {
  /// What was found in a chunk.
  struct Stop {
    /// Where the line begins that is later, or the chunk's end.
    var place: Int
    /// When that line was written; nil at the chunk's end.
    var time: UInt64?
    /// Lines before it that say their time.
    var timed: UInt64 = 0
  }

  private var reader = FormReader()

  init() {}

  /// The first line of `bytes` from `start` on that is later than `moment`. A line that says no time, or one past
  /// `latest`, goes with the one before it. Times are nanoseconds since 1970; those of `clock` are for lines that say none.
  func stop(
    _ bytes: Span<UInt8>, from start: Int, after moment: UInt64, latest: UInt64, clock: LineClock? = nil
  ) -> Stop {
    reader.look(ahead: bytes)
    var stop = Stop(place: start)
    while stop.place < bytes.count {
      let end = bytes.first(10, in: stop.place..<bytes.count)
      if let time = reader.time(bytes, stop.place..<end) ?? clock?.time(at: stop.place), time <= latest {
        if time > moment {
          stop.time = time
          return stop
        }
        stop.timed &+= 1
      }
      stop.place = end + 1
    }
    stop.place = bytes.count
    return stop
  }
}
