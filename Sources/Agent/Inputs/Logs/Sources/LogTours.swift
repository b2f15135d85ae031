// Polls followed logs on helper threads, many in one go: handing each of thousands over by itself would cost more than
// reading them. Who wants a poll stands in line once; a go takes from the front, each log gets its share of the bytes,
// and one that has more stands in line again, behind the others. A log of which nothing is new costs one call.
//
// A go that does not come back says where it is: that log is put aside, and the others of the go have lost some
// seconds. One directory or pattern has two goes at the most, those that hang included, so that a dead mount leaves
// helpers for the rest.
// SPDX-License-Identifier: Apache-2.0

/// The line of logs that want a poll. Not thread-safe.
final class LogTours {
  private struct Stop: Sendable {
    let owner: TailOwner
    let seen: UInt64
    let staysOpen: Bool
  }

  /// A go, and the stop that it has reached: none before the first, past the last when it is back.
  private final class Tour: Sendable {
    let place = Guarded(-1)
    let domain: String
    init(_ domain: String) { self.domain = domain }
  }

  /// Who wants a poll of one directory or pattern; those before `first` have had theirs. An object, so that thousands are
  /// not copied at each change.
  private final class Line {
    var files: [LogFile] = []
    var first = 0
  }

  private let work: any BlockingWork
  private let openLimit: Int
  /// By directory or pattern.
  private var lines: [String: Line] = [:]
  /// Those with somebody in line, in the order of their turns.
  private var turns: [String] = []
  private var out = 0
  /// Goes under way and goes given up that are not back.
  private var tours: [Tour] = []
  private var isPumping = false
  /// No helper was free; the next tick tries again.
  private var isFull = false
  /// When it is, to be asked as each go is sent.
  var present: () -> Moment = { Moment(boot: 0, real: 0) }
  /// Takes what a poll brought; nil for a log that does not answer.
  var take: (LogFile, TailOwner.Answer?) -> Void = { _, _ in }
  /// Nobody is in line any more, and no go is under way.
  var rested: () -> Void = {}
  /// Open files of all logs.
  private(set) var openFiles = 0

  /// Will keep `openLimit` files open.
  init(work: any BlockingWork, openLimit: Int) {
    self.work = work
    self.openLimit = max(1, openLimit)
  }

  /// More files are open than there should be.
  private var isCrowded: Bool { openFiles > openLimit - openLimit / 8 }

  /// A new second: what was refused for want of helpers is tried again.
  func tick() {
    isFull = false
    // A go that is given up is no more under way; it stays in the list until it is back.
    tours.removeAll { $0.place.withLock { $0 } == .max }
    pump()
  }

  /// Puts a log in line; `pump` sends it off.
  func ask(_ file: LogFile) {
    file.isPolling = true
    file.wantsMore = false
    line(of: file).files.append(file)
  }

  private func line(of file: LogFile) -> Line {
    if let line = lines[file.domain] { return line }
    let line = Line()
    lines[file.domain] = line
    turns.append(file.domain)
    return line
  }

  /// Sends off as many goes as may be.
  func pump() {
    if isPumping { return }
    isPumping = true
    defer { isPumping = false }
    var passed = 0
    while !isFull, out < Limits.tours, passed < turns.count {
      let domain = turns.removeFirst()
      guard tours.count(where: { $0.domain == domain }) < Limits.toursPerDomain else {
        turns.append(domain)
        passed += 1
        continue
      }
      passed = 0
      let files = next(domain)
      if lines[domain] != nil { turns.append(domain) }
      send(files, domain)
    }
  }

  /// The first in line of a directory or pattern.
  private func next(_ domain: String) -> [LogFile] {
    guard let line = lines[domain] else { return [] }
    let end = min(line.files.count, line.first + Limits.tourStops)
    let files = Array(line.files[line.first..<end])
    line.first = end
    if end == line.files.count {
      lines[domain] = nil
    } else if line.first >= 4 * Limits.tourStops {
      line.files.removeFirst(line.first)
      line.first = 0
    }
    return files
  }

  private func send(_ files: [LogFile], _ domain: String) {
    let hasRoom = openFiles + files.count <= openLimit
    let moment = present()
    let stops = files.map { file in
      file.isOut = true
      let isSilent = self.isCrowded && moment.seconds(since: file.grewAt ?? moment) >= Limits.openLogSeconds
      let isFew = file.openFiles > 0 && openFiles <= openLimit
      return Stop(owner: file.owner, seen: file.seen, staysOpen: !isSilent && (hasRoom || isFew))
    }
    let share = stops.count == 1 ? Limits.logSliceBytes : Limits.tourShareBytes
    let (tour, isCrowded) = (Tour(domain), isCrowded)
    tours.append(tour)
    out += 1
    work.run(files.first?.source.path ?? domain, limitSeconds: Limits.logReadSeconds) { () -> [TailOwner.Answer] in
      var answers: [TailOwner.Answer] = []
      var left = Limits.logSliceBytes
      // A log of which a go read a part would wait for all others with the rest: one that finds no room is the next.
      for stop in stops where left >= share {
        tour.place.withLock { $0 = answers.count }
        let answer = stop.owner.poll(
          seen: stop.seen, budget: share, at: moment, staysOpen: stop.staysOpen, isCrowded: isCrowded)
        if case .batch(let batch, _) = answer { left -= max(batch.lines.count, Int(clamping: batch.readBytes)) }
        answers.append(answer)
      }
      tour.place.withLock { $0 = .max }
      return answers
    } done: { [weak self] answers in
      self?.finish(files, tour, answers)
    }
  }

  private func finish(_ files: [LogFile], _ tour: Tour, _ answers: [TailOwner.Answer]?) {
    out -= 1
    let place = tour.place.withLock { $0 }
    if answers != nil || place < 0 || place == .max { tours.removeAll { $0 === tour } }
    guard let answers else {
      if place < 0 { isFull = true }
      for (index, file) in files.enumerated() {
        (file.isPolling, file.isOut) = (false, false)
        if place >= 0, index == min(place, files.count - 1) { take(file, nil) } else { ask(file) }
      }
      return pump()
    }
    for file in files.dropFirst(answers.count).reversed() {
      file.isOut = false
      putFirst(file)
    }
    for (file, answer) in zip(files, answers) {
      (file.isPolling, file.isOut) = (false, false)
      let before = file.openFiles
      if case .busy = answer { take(file, nil) } else { take(file, answer) }
      openFiles += file.openFiles - before
    }
    pump()
    if turns.isEmpty, out == 0 { rested() }
  }

  /// One that a go did not come to is the next.
  private func putFirst(_ file: LogFile) {
    let line = line(of: file)
    if line.first > 0 {
      line.first -= 1
      line.files[line.first] = file
    } else {
      line.files.insert(file, at: 0)
    }
  }
}
