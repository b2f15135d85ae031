// Which writers of a directory still run. A process that was proven to be the writer is asked for by kill(2) alone, which
// is cheap; that its id did not go to another process meanwhile is looked at again in turn, a few at each collection.
// SPDX-License-Identifier: Apache-2.0

/// Judges the writers of one directory's files.
struct WorkerJudge: Sendable {
  private enum Verdict: Sendable {
    /// It held one of its files; the process's start tells it from a later one of the same id.
    case writer(start: Substring)
    /// Another process has the id.
    case stranger(start: Substring)
    /// The kernel does not say.
    case unknown
  }

  /// A process id that names have, and what is known of the process.
  private struct Worker: Sendable {
    let pid: Int32
    var files: [String] = []
    var verdict: Verdict?
    var isThere = true
  }

  private let liveness: WorkerLiveness
  /// By process id.
  private var workers: [Worker] = []
  /// For each name its worker, or -1.
  private var writers: [Int] = []
  /// True once a process of our namespace was seen to write the file of its own id.
  private(set) var isOurNamespace: Bool
  private var turn = 0

  init(_ liveness: WorkerLiveness) {
    self.liveness = liveness
    isOurNamespace = liveness == .processIDs
  }

  /// Takes the names that the directory has from now on.
  mutating func meet(_ names: [ValueFileName]) {
    let verdicts = Dictionary(uniqueKeysWithValues: workers.map { ($0.pid, $0.verdict) })
    workers = Set(names.compactMap(\.pid)).sorted().map { Worker(pid: $0, verdict: verdicts[$0] ?? nil) }
    let places = Dictionary(uniqueKeysWithValues: workers.enumerated().map { ($1.pid, $0) })
    writers = names.map { name in name.pid.flatMap { places[$0] } ?? -1 }
    for (name, writer) in zip(names, writers) where writer >= 0 { workers[writer].files.append(name.text) }
  }

  /// Looks at the writers anew.
  mutating func look(in directory: borrowing FileDirectory) {
    if liveness == .unknown { return }
    for place in workers.indices {
      workers[place].isThere = WorkerProcess.isThere(workers[place].pid)
      if !workers[place].isThere { workers[place].verdict = nil }
    }
    for place in due() { look(at: place, directory) }
  }

  /// True when the writer of a name, by its place among the names, has certainly ended.
  func hasEnded(_ name: Int) -> Bool {
    guard isOurNamespace, writers[name] >= 0 else { return false }
    let worker = workers[writers[name]]
    if case .stranger = worker.verdict { return true }
    return !worker.isThere
  }

  /// New ones, and some of the others in turn.
  private mutating func due() -> [Int] {
    let there = workers.indices.filter { workers[$0].isThere }
    var due = there.filter { workers[$0].verdict == nil }
    for _ in 0..<min(MetricsLimits.workersLookedAt, there.count) {
      turn = (turn + 1) % there.count
      due.append(there[turn])
    }
    return due
  }

  private mutating func look(at place: Int, _ directory: borrowing FileDirectory) {
    let pid = workers[place].pid
    guard let stat = WorkerProcess.stat(pid), stat.count > Self.startField else {
      workers[place].verdict = .unknown
      return
    }
    let start = stat[Self.startField]
    if WorkerProcess.isEnded(stat) {
      workers[place].verdict = .stranger(start: start)
      return
    }
    if case .writer(let known) = workers[place].verdict, known == start { return }
    switch WorkerProcess.holds(pid, oneOf: workers[place].files.compactMap { directory.stamp($0) }) {
    case true:
      workers[place].verdict = .writer(start: start)
      isOurNamespace = true
    case false: workers[place].verdict = .stranger(start: start)
    case nil: workers[place].verdict = .unknown
    }
  }

  /// Field 22 of proc(5), of those from the third on.
  private static let startField = 19
}
