// Where the threads of watched services spend their time, seen from outside: a wall-clock profile. Once a second the
// threads are listed; up to 20 times a second a round looks at them, within a budget of reads, each round going on where
// the one before ran out. With few threads each is looked at in every round; with many less often, which makes the profile
// coarser and no dearer. What the threads of a service that the agent may not look into wait for is absent, and said once.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `vitals_thread_*`.
final class ThreadInput: Input {
  let name = "threads"
  let isCheap = false
  let countsFromZero = true

  private let proc: String
  private let log: any EventLog
  private let limit: Int
  private let targets: () -> [WatchedProcess]
  private var processes: [WatchedThreads] = []
  /// Where the next round begins: a process and a thread of it.
  private var cursor = (process: 0, thread: 0)
  private var buffer: [UInt8] = []
  private var said: Set<String> = []
  private var services = KeyedLabels("service", limit: Limits.serviceKeys)
  private var reads: UInt64 = 0
  private var looks: UInt64 = 0
  /// How many looks there had been when the threads were listed last, and how many threads there were then.
  private var lastLooks: (count: UInt64, threads: Int, at: Moment)?
  private var hertz: Double?

  /// `targets` are the processes to look into; at most `limit` threads are.
  init(paths: KernelPaths, log: any EventLog, limit: Int, targets: @escaping () -> [WatchedProcess]) {
    proc = paths.proc
    self.log = log
    self.limit = min(limit, Limits.sampledThreads)
    self.targets = targets
  }

  /// Whether there is anything to look at.
  var isIdle: Bool { processes.allSatisfy { $0.threads.isEmpty } }

  /// Lists the threads anew.
  func sample(at now: Moment) {
    var known: [WatchedProcess: WatchedThreads] = [:]
    for one in processes { known[one.target] = one }
    processes = targets().map { known[$0] ?? WatchedThreads($0, directory: "\(proc)/\($0.pid)") }
    var room = limit
    var newTallies = Limits.threadTallies - processes.reduce(0) { $0 + $1.tallies.count }
    for one in processes {
      one.list(boot: now.boot, room: room, newTallies: &newTallies, into: &buffer)
      room -= one.threads.count
      if one.isDenied, one.target.isNamed { sayDenied(one.target.service) }
    }
    measure(now)
  }

  /// Looks at as many threads as a round may.
  func round(at now: Moment) {
    var left = Limits.threadReadsPerSecond * Limits.threadRoundMilliseconds / 1_000
    var turns = processes.reduce(0) { $0 + $1.threads.count }
    if cursor.process >= processes.count { cursor = (0, 0) }
    while left > 0, turns > 0 {
      let one = processes[cursor.process]
      guard cursor.thread < one.threads.count else {
        cursor = ((cursor.process + 1) % processes.count, 0)
        continue
      }
      turns -= 1
      let (id, thread) = one.threads[cursor.thread]
      if let count = thread.look(boot: now.boot, mayAsk: &one.mayAsk, into: &buffer) {
        left -= count
        reads &+= UInt64(count)
        looks &+= 1
        cursor.thread += 1
      } else {
        left -= 1
        one.remove(id)
      }
    }
  }

  /// How often a thread was looked at, of those that were there after the listing before.
  private func measure(_ now: Moment) {
    let threads = processes.reduce(0) { $0 + $1.threads.count }
    hertz = nil
    if let lastLooks, lastLooks.threads > 0, threads > 0 {
      let passed = now.seconds(since: lastLooks.at)
      if passed > 0 { hertz = Double(looks &- lastLooks.count) / Double(lastLooks.threads) / passed }
    }
    lastLooks = (looks, threads, now)
  }

  private func sayDenied(_ service: String) {
    if !said.insert(service).inserted { return }
    log.log(
      .warning, "where a watched service's threads wait may not be seen; only their time on and for a CPU is counted",
      [("service", service), ("advice", "run vitals as the service's user or with CAP_SYS_PTRACE")])
  }

  private static let waited = MetricFamily(
    "vitals_thread_wait_seconds_total", .counter,
    help: "Time of a watched process's threads by what they did with it, sampled but for run and runnable.",
    unit: "seconds")
  private static let mutex = MetricFamily(
    "vitals_thread_mutex_wait_seconds_total", .counter,
    help: "Of the time in futex, that which was certainly spent waiting for a mutex of the C library.",
    unit: "seconds")
  private static let sampled = MetricFamily(
    "vitals_thread_sampled_threads", .gauge, help: "Threads of a watched service that are looked at.")
  private static let leftOut = MetricFamily(
    "vitals_thread_left_out_threads", .gauge, help: "Threads of a watched service past the limits, not looked at.")
  private static let rate = MetricFamily(
    "vitals_thread_sampling_hertz", .gauge, help: "How often a second each thread is looked at.")
  private static let readFiles = MetricFamily(
    "vitals_thread_reads_total", .counter, help: "Files read to look at threads.")

  func collect(into sink: any SampleSink) {
    sink.family(ThreadInput.waited)
    for one in processes {
      for tally in one.tallies { write(tally, one.mayLook, sink) }
    }
    sink.family(ThreadInput.mutex)
    for one in processes where one.mayAsk {
      for tally in one.tallies { sink.sample(tally.plain, Double(tally.mutexNanoseconds) / 1e9) }
    }
    sink.family(ThreadInput.sampled)
    for (labels, list) in byService { sink.sample(labels, .unsigned(UInt64(list.reduce(0) { $0 + $1.threads.count }))) }
    sink.family(ThreadInput.leftOut)
    for (labels, list) in byService { sink.sample(labels, .unsigned(UInt64(list.reduce(0) { $0 + $1.leftOut }))) }
    if let hertz {
      sink.family(ThreadInput.rate)
      sink.sample(.empty, hertz)
    }
    sink.family(ThreadInput.readFiles)
    sink.sample(.empty, .unsigned(reads))
  }

  private func write(_ tally: WaitTally, _ mayLook: Bool, _ sink: any SampleSink) {
    for kind in WaitKind.allCases where mayLook || kind == .run || kind == .runnable {
      sink.sample(tally.labels[kind.rawValue], Double(tally.nanoseconds[kind.rawValue]) / 1e9)
    }
  }

  private var byService: [(labels: LabelSet, list: [WatchedThreads])] {
    var lists: [(service: String, list: [WatchedThreads])] = []
    for one in processes {
      if let place = lists.firstIndex(where: { $0.service == one.target.service }) {
        lists[place].list.append(one)
      } else {
        lists.append((one.target.service, [one]))
      }
    }
    return lists.map { (services.labels($0.service), $0.list) }
  }
}
