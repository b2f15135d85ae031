// Helper threads for what may block. Their jobs and results cross in one locked queue; an eventfd wakes the loop. A
// thread that is stuck in the kernel cannot be stopped, so its job is given up at its time limit and another thread
// takes its place, up to a limit; when it comes back, it works again.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc
import VitalsMetrics

/// Runs blocking work on a few threads and hands results to the loop.
final class HelperPool: BlockingWork, Collector {
  private struct Job: Sendable {
    let id: UInt64
    let work: @Sendable () -> any Sendable
  }

  /// What the loop and the helpers share.
  private struct Shared: Sendable {
    var waiting: [Job] = []
    var done: [(id: UInt64, result: any Sendable)] = []
    var threads = 0
    var idle = 0
  }

  private struct Pending {
    let subject: String
    let deadline: UInt64
    let finish: ((any Sendable)?) -> Void
  }

  private let clock: any Clock
  private let shared = Locked(Shared())
  private let wakeLoop: EventCount
  private let work: Semaphore
  private var pending: [UInt64: Pending] = [:]
  private var stuck: [UInt64: String] = [:]
  private var lastID: UInt64 = 0
  private var abandoned: UInt64 = 0
  private var refused: UInt64 = 0

  init(loop: EventLoop, clock: any Clock) throws(SystemError) {
    self.clock = clock
    work = try Semaphore()
    wakeLoop = try EventCount(flags: Int32(EFD_NONBLOCK))
    _ = try loop.add(wakeLoop.number, .read) { [weak self, wakeLoop] _ in
      _ = EventLoop.drainCount(wakeLoop.number)
      self?.takeResults()
    }
  }

  func run<Result: Sendable>(
    _ subject: String, limitSeconds: Double, _ work: @escaping @Sendable () -> Result,
    done: @escaping (Result?) -> Void
  ) {
    lastID &+= 1
    let id = lastID
    let (accepted, needsThread) = shared.withLock { shared in
      guard shared.waiting.count < Limits.helperQueue else { return (false, false) }
      shared.waiting.append(Job(id: id, work: work))
      return (true, shared.idle < shared.waiting.count && shared.threads < Limits.helperThreads)
    }
    if !accepted {
      refused &+= 1
      return done(nil)
    }
    let deadline = clock.now().boot &+ UInt64(limitSeconds * 1e9)
    pending[id] = Pending(subject: subject, deadline: deadline) { done($0 as? Result) }
    if needsThread { startThread() }
    self.work.signal()
  }

  /// Gives up the jobs that are past their limit; call it once a tick. What came back meanwhile is taken first: when the
  /// loop itself was late, as after a suspend, the work was not.
  func sweep(_ now: Moment) {
    takeResults()
    for (id, job) in pending where job.deadline < now.boot {
      pending[id] = nil
      abandoned &+= 1
      let waited = shared.withLock { shared in
        let before = shared.waiting.count
        shared.waiting.removeAll { $0.id == id }
        return shared.waiting.count < before
      }
      if !waited { stuck[id] = job.subject }
      job.finish(nil)
    }
  }

  func collect(into sink: any SampleSink) {
    sink.family(MetricFamily("vitals_helper_jobs_total", .counter, help: "Work handed to helper threads."))
    sink.sample(.empty, .unsigned(lastID))
    let given = "Work given up because it took too long."
    sink.family(MetricFamily("vitals_helper_abandoned_total", .counter, help: given))
    sink.sample(.empty, .unsigned(abandoned))
    sink.family(MetricFamily("vitals_helper_refused_total", .counter, help: "Work refused because too much waited."))
    sink.sample(.empty, .unsigned(refused))
    sink.family(MetricFamily("vitals_helper_stuck", .gauge, help: "Helper threads that have not come back."))
    sink.sample(.empty, .integer(Int64(stuck.count)))
  }

  private func takeResults() {
    let results = shared.withLock { shared in
      let results = shared.done
      shared.done = []
      return results
    }
    for (id, result) in results {
      stuck[id] = nil
      pending.removeValue(forKey: id)?.finish(result)
    }
  }

  private func startThread() {
    let shared = shared
    let work = work
    let wake = wakeLoop
    shared.withLock { $0.threads += 1 }
    let started = Thread.start {
      while true {
        shared.withLock { $0.idle += 1 }
        work.wait()
        let job = shared.withLock { shared -> Job? in
          shared.idle -= 1
          return shared.waiting.isEmpty ? nil : shared.waiting.removeFirst()
        }
        guard let job else { continue }
        let result = job.work()
        shared.withLock { $0.done.append((job.id, result)) }
        wake.add()
      }
    }
    if !started { shared.withLock { $0.threads -= 1 } }
  }
}
