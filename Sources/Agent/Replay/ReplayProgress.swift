// How far the reading is, on one line of a terminal that is written over and taken away at the end. Time is given, and
// what is drawn is a function of it.
// SPDX-License-Identifier: Apache-2.0

/// The line of progress.
struct ReplayProgress {
  private let total: UInt64?
  private let began: Moment
  private var drawn: Double?
  private var looked: UInt64 = 0

  /// Begins; `total` is the length of all files in bytes, nil when one is a pipe.
  init(total: UInt64?, at now: Moment) {
    self.total = total
    began = now
  }

  /// Whether it is time to look at the clock.
  mutating func isDue(_ bytes: UInt64) -> Bool {
    if bytes &- looked < Limits.replayProgressBytes { return false }
    looked = bytes
    return true
  }

  /// What is to be written when so many bytes were read; nil when there is nothing new to say yet.
  mutating func text(_ bytes: UInt64, at now: Moment) -> String? {
    let seconds = now.seconds(since: began)
    let wait = Limits.replayProgressSeconds
    if seconds < wait.first || seconds - (drawn ?? 0) < wait.next { return nil }
    drawn = seconds
    let rate = Double(bytes) / seconds
    var line = "\(Units.bytes(Double(bytes)))"
    if let total, total > 0 {
      let share = min(1, Double(bytes) / Double(total))
      let bar = Bars.bar(share, width: 20)
      line = "\(bar.full)\(bar.rest) \(Units.percent(share)) of \(Units.bytes(Double(total)))"
      if rate > 0 { line += ", \(Units.duration((Double(total) - min(Double(bytes), Double(total))) / rate)) left" }
    }
    return "\r\u{1B}[K\(line), \(Units.bytes(rate))/s"
  }

  /// What takes the line away; nil when none was drawn.
  var end: String? { drawn == nil ? nil : "\r\u{1B}[K" }
}
