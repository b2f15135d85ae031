// One process, asked again and again whether it has run since the time before. Its schedstat is read first and its stat
// afterwards: what the stat says holds for as long as the schedstat says the same. One that has run between all of the last
// askings is not asked for a while, as that would be in vain.
// SPDX-License-Identifier: Apache-2.0

/// What is known of one process's rest.
struct RestWatch: ~Copyable {
  /// What came out of an asking.
  enum Answer {
    /// It has not run since its mark was taken.
    case rests
    /// It has run, or nothing is known of the time before: ``settle(_:)`` is to follow.
    case ran
    /// It was not asked.
    case paused
  }

  /// Open while it rests, as far as there may be so many: reading it again costs an eighth of finding it.
  private var file: KernelFile?
  private(set) var mark: RestMark?
  /// What schedstat said last.
  private(set) var last: ThreadClock.Reading?
  /// Whether ``settle(_:)`` is to follow.
  private(set) var isOpen = false
  /// Askings in a row at which it was not at rest, and those to come that are left out.
  private var restless = 0
  private var pause = 0

  /// Nothing is known yet.
  init() {}

  /// Whether it has a file open.
  var isHeld: Bool { file != nil }

  /// Asks the process in `directory`; its file stays open while it rests, when it `mayHold` one.
  mutating func ask(_ directory: @autoclosure () -> String, mayHold: Bool, _ buffer: inout [UInt8]) -> Answer {
    if pause > 0 {
      pause -= 1
      return .paused
    }
    if file == nil { file = try? KernelFile(directory() + "/schedstat") }
    let isRead = (try? file?.readRecord(into: &buffer)) != nil
    let now = isRead ? RestMark.run(buffer.span) : nil
    let rests = mark != nil && now != nil && now == last
    if !rests || !mayHold { file = nil }
    if rests {
      restless = 0
      return .rests
    }
    last = now
    mark = nil
    isOpen = true
    return .ran
  }

  /// Takes the mark that goes with what schedstat said at the last asking; nil where it is not certain that the process
  /// sleeps. Then, or when it runs again and again, it is asked less often: once is no habit.
  mutating func settle(_ mark: RestMark?) {
    self.mark = mark
    isOpen = false
    restless = min(restless + 1, 8)
    pause = min(1 << (restless - 1), Limits.restPause + 1) - 1
  }

  /// Forgets what it knew, and closes the file.
  mutating func forget() {
    file = nil
    (mark, last, isOpen) = (nil, nil, false)
  }
}
