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

  private let liveness: WorkerLiveness
  private var verdicts: [Int32: Verdict] = [:]
  /// True once a process of our namespace was seen to write the file of its own id.
  private(set) var isOurNamespace: Bool
  private var turn = 0

  init(_ liveness: WorkerLiveness) {
    self.liveness = liveness
    isOurNamespace = liveness == .processIDs
  }

  /// The writers among `names` that have certainly ended.
  mutating func ended(_ names: [ValueFileName], in directory: borrowing FileDirectory) -> Set<String> {
    if liveness == .unknown { return [] }
    var files: [Int32: [String]] = [:]
    for name in names { if let pid = name.pid { files[pid, default: []].append(name.text) } }
    verdicts = verdicts.filter { files[$0.key] != nil }
    var there: [Int32] = []
    var ended: [Int32] = []
    for pid in files.keys { if WorkerProcess.isThere(pid) { there.append(pid) } else { ended.append(pid) } }
    for pid in ended { verdicts[pid] = nil }
    there.sort()
    look(at: due(there), files, directory)
    if !isOurNamespace { return [] }
    for pid in there { if case .stranger = verdicts[pid] { ended.append(pid) } }
    return Set(ended.map { String($0) })
  }

  /// New ones, and some of the others in turn.
  private mutating func due(_ pids: [Int32]) -> [Int32] {
    var due = pids.filter { verdicts[$0] == nil }
    for _ in 0..<min(MetricsLimits.workersLookedAt, pids.count) {
      turn = (turn + 1) % pids.count
      due.append(pids[turn])
    }
    return due
  }

  private mutating func look(at pids: [Int32], _ files: [Int32: [String]], _ directory: borrowing FileDirectory) {
    for pid in pids {
      guard let stat = WorkerProcess.stat(pid), stat.count > Self.startField else {
        verdicts[pid] = .unknown
        continue
      }
      let start = stat[Self.startField]
      if WorkerProcess.isEnded(stat) {
        verdicts[pid] = .stranger(start: start)
        continue
      }
      if case .writer(let known) = verdicts[pid], known == start { continue }
      let stamps = (files[pid] ?? []).compactMap { directory.stamp($0) }
      switch WorkerProcess.holds(pid, oneOf: stamps) {
      case true:
        verdicts[pid] = .writer(start: start)
        isOurNamespace = true
      case false: verdicts[pid] = .stranger(start: start)
      case nil: verdicts[pid] = .unknown
      }
    }
  }

  /// Field 22 of proc(5), of those from the third on.
  private static let startField = 19
}
