// The watched processes' proportional memory, when somebody asks for it with `--collect`. It is off otherwise because it
// does harm: to tell it the kernel walks the process's page tables, some ten milliseconds a gigabyte of small pages, and
// holds the process's memory map lock the while, so that its mmap(2), its page faults on old kernels, and the start of its
// threads wait. So it is read once a minute, on a helper thread, within a bounded time; those that are left over are first
// at the next reading and keep their figures.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `vitals_process_proportional_*`.
final class ProportionalMemoryInput: Input {
  let name = "proportional"
  let isCheap = false
  var interval: Double { max(Limits.proportionalSeconds, reading.restSeconds) }

  /// A process and its labels.
  typealias Target = (process: WatchedProcess, labels: LabelSet)

  /// What one reading is to do, and what it found.
  private struct Round: Sendable {
    var targets: [WatchedProcess] = []
    var found: [(process: WatchedProcess, shares: MemoryShares?)] = []
    var denied: Set<String> = []
  }

  private static let resident = MetricFamily(
    "vitals_process_proportional_memory_bytes", .gauge,
    help: "Resident memory of a process, what it shares divided among those who share it.", unit: "bytes")
  private static let swapped = MetricFamily(
    "vitals_process_proportional_swap_bytes", .gauge,
    help: "Memory of a process that is in swap, what it shares divided among those who share it.", unit: "bytes")
  private static let leftOut = MetricFamily(
    "vitals_process_proportional_left_out", .gauge,
    help: "Watched processes whose proportional memory the last reading had no time for.")

  private let log: any EventLog
  private let targets: () -> [Target]
  private let next = Guarded(Round())
  private let reading: HelperReading<Round>
  private var known: [WatchedProcess: MemoryShares] = [:]
  /// Processes that the last reading looked at.
  private var looked: Set<WatchedProcess> = []
  private var left: Int?
  private var said: Set<String> = []

  /// `targets` are the processes to look into; `seconds` of CPU time are what one reading may cost.
  init(
    paths: KernelPaths, work: any BlockingWork, log: any EventLog, seconds: Double = Limits.proportionalCPUSeconds,
    targets: @escaping () -> [Target]
  ) {
    self.log = log
    self.targets = targets
    reading = HelperReading("proportional memory", work: work, turns: ReadingTurns(), log: log) {
      [proc = paths.proc, next] in
      ProportionalMemoryInput.read(next.withLock { $0 }, proc, seconds)
    }
  }

  private static func read(_ round: Round, _ proc: String, _ seconds: Double) -> Round {
    var round = round
    let clock = ThreadCPUTime()
    let start = clock.spent() ?? 0
    var buffer: [UInt8] = []
    for process in round.targets {
      if let spent = clock.spent(), Double(spent &- start) / 1e9 >= seconds { break }
      do throws(SystemError) {
        try KernelFile.read("\(proc)/\(process.pid)/smaps_rollup", into: &buffer)
        round.found.append((process, MemoryShares(buffer.span)))
      } catch {
        round.found.append((process, nil))
        if error.isDenied { round.denied.insert(process.service) }
      }
    }
    return round
  }

  func sample(at now: Moment) {
    let processes = targets().map(\.process)
    if processes.isEmpty { return (known, looked, left) = ([:], [], nil) }
    // Those that had no turn are first.
    let waiting = processes.filter { !looked.contains($0) }
    let round = Round(targets: waiting + processes.filter { looked.contains($0) })
    next.withLock { $0 = round }
    reading.start { [weak self] in self?.take($0) }
  }

  private func take(_ round: Round?) {
    let processes = targets().map(\.process)
    let alive = Set(processes)
    known = round == nil ? [:] : known.filter { alive.contains($0.key) }
    left = round.map { $0.targets.count - $0.found.count }
    looked = []
    for (process, shares) in round?.found ?? [] {
      looked.insert(process)
      known[process] = shares
    }
    for process in processes where process.isNamed && round?.denied.contains(process.service) == true {
      if !said.insert(process.service).inserted { continue }
      log.log(
        .warning, "a watched process may not be read; its figures are absent",
        [
          ("service", process.service), ("file", "/proc/PID/smaps_rollup"),
          ("advice", "run vitals as the service's user or with CAP_SYS_PTRACE"),
        ])
    }
  }

  func collect(into sink: any SampleSink) {
    guard let left else { return }
    let targets = targets()
    write(ProportionalMemoryInput.resident, targets, sink) { $0.resident }
    write(ProportionalMemoryInput.swapped, targets, sink) { $0.swapped }
    sink.family(ProportionalMemoryInput.leftOut)
    sink.sample(.empty, .integer(Int64(left)))
  }

  private func write(
    _ family: MetricFamily, _ targets: [Target], _ sink: any SampleSink, _ value: (MemoryShares) -> UInt64?
  ) {
    sink.family(family)
    for (process, labels) in targets {
      if let bytes = known[process].flatMap(value) { sink.sample(labels, .unsigned(bytes)) }
    }
  }
}
