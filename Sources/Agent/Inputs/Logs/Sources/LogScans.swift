// Looks for the files of all sources, those of patterns and directories at each tick, on helper threads and a few at a
// time. A directory that does not answer is put aside for a while; what was known of it stays.
// SPDX-License-Identifier: Apache-2.0

/// The looks for files. Not thread-safe.
final class LogScans {
  private struct Entry {
    let finder: LogFinder
    var isOut = false
    var hasAnswered = false
    var stuckAt: Moment?
    var saidFault: String?
    var due: UInt64 = 0
  }

  private let work: any BlockingWork
  private let voice: LogVoice
  private var entries: [Entry]
  private var out = 0
  private var next = 0
  private var isOver = false
  private var now = Moment(boot: 0, real: 0)
  /// Takes what is there of a source, by its place among the sources.
  var take: (Int, LogFinder.Scan) -> Void = { _, _ in }
  /// Names and directories past the limits.
  private var leftOuts: [Int: Int] = [:]

  /// Will look for `sources`; a file that is named is only looked at where there are others, lest it is one of them.
  init(_ sources: [LogSource], work: any BlockingWork, voice: LogVoice) {
    self.work = work
    self.voice = voice
    let isAlone = sources.count == 1 && sources.first?.kind == .file
    entries = isAlone ? [] : sources.map { Entry(finder: LogFinder($0)) }
  }

  /// Each source has been looked for, or is stuck.
  var isSettled: Bool { entries.allSatisfy { $0.hasAnswered || $0.stuckAt != nil } }

  /// Names and directories that are left out for want of room.
  var leftOut: Int { leftOuts.values.reduce(0, +) }

  /// Looks where that is due.
  func tick(at now: Moment) {
    self.now = now
    isOver = false
    pump()
  }

  /// Looks for the patterns now: a name has come or gone.
  func hurry() {
    for place in entries.indices where entries[place].finder.source.kind != .file { entries[place].due = 0 }
    pump()
  }

  private func pump() {
    for _ in entries.indices {
      if isOver || out >= Limits.logScans { return }
      let place = next
      next = (next + 1) % entries.count
      if isDue(entries[place]) { send(place) }
    }
  }

  private func isDue(_ entry: Entry) -> Bool {
    if entry.isOut || now.boot < entry.due { return false }
    return entry.stuckAt.map { now.seconds(since: $0) >= Limits.logScanRetrySeconds } ?? true
  }

  private func send(_ place: Int) {
    let (finder, now) = (entries[place].finder, now)
    entries[place].isOut = true
    // Half a second early is due: a tick is never quite on time.
    let pause = finder.source.kind == .file ? Limits.logTwinSeconds - 0.5 : 0.5
    entries[place].due = now.boot &+ UInt64(pause * 1e9)
    out += 1
    work.run(finder.source.path, limitSeconds: Limits.logScanSeconds) {
      finder.look(at: now)
    } done: { [weak self] answer in
      self?.finish(place, answer)
    }
  }

  private func finish(_ place: Int, _ answer: LogFinder.Answer?) {
    out -= 1
    entries[place].isOut = false
    let path = entries[place].finder.source.path
    switch answer {
    case nil, .busy?:
      if entries[place].stuckAt == nil {
        voice.say(.warning, "logs are not found, their file system may be stuck", [("path", path)])
      }
      entries[place].stuckAt = now
      isOver = answer == nil && out == 0
    case .same?: entries[place].stuckAt = nil
    case .scan(let scan)?:
      entries[place].stuckAt = nil
      entries[place].hasAnswered = true
      leftOuts[place] = scan.leftOut
      if let fault = scan.fault, entries[place].saidFault != fault {
        voice.say(.warning, "logs are looked for where nothing can be seen", [("path", path), ("reason", fault)])
      }
      entries[place].saidFault = scan.fault
      take(place, scan)
    }
    pump()
  }
}
