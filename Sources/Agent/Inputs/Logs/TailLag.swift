// Since when bytes are there that nobody has read. Each look at a file that has grown leaves a mark: up to where, and when
// that was seen. Marks are few: when there are too many, two become one with the earlier time, so that the age of what is
// read next is right and that of what came later may be too high by the time between two marks.
// SPDX-License-Identifier: Apache-2.0

/// The sizes of a file as they were seen. A value.
struct TailLag {
  private struct Mark {
    var end: Int64
    let seen: Moment
  }

  private var marks: [Mark] = []

  /// The file has `size` bytes, of which all before `offset` are read.
  mutating func look(size: Int64, offset: Int64, at now: Moment) {
    marks.removeAll { $0.end <= offset || $0.end > size }
    if size <= max(offset, marks.last?.end ?? 0) { return }
    marks.append(Mark(end: size, seen: now))
    if marks.count < Limits.tailLagMarks { return }
    marks = stride(from: 0, to: marks.count, by: 2).map {
      Mark(end: marks[min($0 + 1, marks.count - 1)].end, seen: marks[$0].seen)
    }
  }

  /// When the byte at `offset` was first seen; nil when it was not.
  func since(_ offset: Int64) -> Moment? { marks.first { $0.end > offset }?.seen }
}
