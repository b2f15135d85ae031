// The times that a container runtime gave to lines, beside the lines: they count where a line says no time itself.
// SPDX-License-Identifier: Apache-2.0

/// Times of lines by the places at which they begin. A value.
struct LineClock: Sendable {
  private var starts: [Int] = []
  private var times: [UInt64] = []

  init() {}

  /// Adds the time of the line that begins at `start`, behind all others, in nanoseconds since 1970.
  mutating func add(_ time: UInt64, at start: Int) {
    if starts.last == start {
      times[times.count - 1] = time
      return
    }
    starts.append(start)
    times.append(time)
  }

  /// The time of the line that has the byte at `place`; nil when none is known before it.
  func time(at place: Int) -> UInt64? {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= place { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? times[low - 1] : nil
  }
}
