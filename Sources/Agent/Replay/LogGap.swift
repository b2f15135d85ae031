// Stretches in which nothing was logged although something should have been: a process that hung or was stopped, a disk
// that was full. It is judged by how many of the buckets around had a line, and not by how many lines: what logs a hundred
// lines once a minute is silent most of the time, and well.
// SPDX-License-Identifier: Apache-2.0

/// A silence.
struct LogGap: Hashable {
  /// The second that the first empty bucket begins at, since 1970.
  let start: UInt64
  /// The second that the next line's bucket begins at.
  let end: UInt64
  /// How many lines there would have been, at the rate of the quieter side.
  let expected: UInt64

  var seconds: UInt64 { end - start }

  /// How many buckets on each side are looked at.
  static let around: UInt64 = 60
  /// How many of them must have a line on either side: fewer say nothing about what is usual.
  static let usual: UInt64 = 10
  /// A silence that chance would bring no oftener than this is none of chance's.
  static let chance = 1e-6

  /// The silences of a course, in order. With n of the 60 buckets beside a stretch in use, on the side with fewer, a
  /// stretch of k empty ones is a gap when (1 - n/61)^k is below ``chance``: 4 s where each second had a line, 21 s where
  /// every other one had.
  static func all(_ course: TimeCourse) -> [LogGap] {
    let (buckets, width) = (course.all, course.width)
    var gaps: [LogGap] = []
    for place in buckets.indices.dropFirst() {
      let (before, after) = (buckets[place - 1].start / width, buckets[place].start / width)
      let empty = after - before - 1
      if empty < 2 { continue }
      let left = Side(buckets, width, through: place - 1, back: true)
      let right = Side(buckets, width, through: place, back: false)
      let share = min(left.share, right.share)
      if !isBeyondChance(share, empty) { continue }
      let rate = min(left.rate, right.rate)
      gaps.append(
        LogGap(
          start: (before + 1) * width, end: after * width,
          expected: UInt64(min(1e18, (rate * Double(empty)).rounded()))))
    }
    return gaps
  }

  private static func isBeyondChance(_ share: Double, _ empty: UInt64) -> Bool {
    if share <= 0 { return false }
    var chance = 1.0
    var left = empty
    while left > 0 {
      chance *= 1 - share
      if chance < Self.chance { return true }
      left -= 1
    }
    return false
  }

  /// The buckets on one side of a silence.
  private struct Side {
    /// The share of them that had a line; where the log begins or ends they count as if they had none.
    let share: Double
    /// Lines a bucket.
    let rate: Double

    init(
      _ buckets: [(start: UInt64, bucket: TimeCourse.Bucket)], _ width: UInt64, through place: Int, back: Bool
    ) {
      let own = buckets[place].start / width
      let end = back ? (buckets.first?.start ?? 0) / width : (buckets.last?.start ?? 0) / width
      let length = min(LogGap.around, (back ? own - end : end - own) + 1)
      var used: UInt64 = 0
      var lines: UInt64 = 0
      var at = place
      while buckets.indices.contains(at) {
        let number = buckets[at].start / width
        if (back ? own - number : number - own) >= length { break }
        used += 1
        lines &+= buckets[at].bucket.lines
        at += back ? -1 : 1
      }
      share = used < LogGap.usual ? 0 : Double(used) / Double(LogGap.around + 1)
      rate = Double(lines) / Double(length)
    }
  }
}
