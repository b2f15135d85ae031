// The names that the agent serves: its own pipeline over this machine's /proc, with a log and a process to watch, and
// the counters of its server and helpers. No list of names to keep by hand.
// SPDX-License-Identifier: Apache-2.0
import Foundation
import VitalsMetrics

@testable import VitalsAgent

/// What stands in /metrics.
enum ServedNames {
  /// Names that depend on the kernel's build, on top of those that are served here.
  static let kernelDependent: Set<String> = [
    // CONFIG_PSI, and psi=1 where a distribution turns it off.
    "node_pressure_cpu_waiting_seconds_total", "node_pressure_memory_waiting_seconds_total",
    "node_pressure_memory_stalled_seconds_total", "node_pressure_io_waiting_seconds_total",
    "node_pressure_io_stalled_seconds_total",
    // CONFIG_SWAP.
    "node_vmstat_pswpin", "node_vmstat_pswpout",
    // Linux 4.13.
    "node_vmstat_oom_kill",
  ]

  /// Names that Prometheus itself gives to a target.
  static let prometheus: Set<String> = ["up"]

  /// All names that a dashboard or an alert may use.
  static let all = Result { try served().union(kernelDependent).union(prometheus) }

  private static let log = """
    {"method":"GET","path":"/orders/17","status":200,"duration_ms":12.5,"level":"info","cache":"hit"}
    {"method":"GET","path":"/orders/18","status":500,"duration_ms":800,"level":"error","cache":"miss"}
    not JSON

    """

  private static func served() throws -> Set<String> {
    let folder = try LogFolder()
    try folder.append(log)
    let child = try Child()
    defer { child.end() }
    let clock = SystemClock()
    let events = StderrLog(clock: clock)
    let loop = try EventLoop(clock: clock)
    let server = HTTPServer(
      loop: loop, listener: try Listener(.unix(path: folder.path("socket"))), allowedHosts: [], clock: clock,
      log: events)
    let pipeline = Pipeline(
      paths: KernelPaths(), watches: [Watch(service: "api", match: .pid(child.pid))],
      sources: [LogSource(service: "api", path: folder.path)], fromStart: true, clock: clock, work: WorkInPlace(),
      log: NoLog(), collectors: [try HelperPool(loop: loop, clock: clock), server, events])
    pipeline.tick(clock.now(), missed: 0)
    let text = String(decoding: pipeline.exposition(.text), as: UTF8.self)
    let samples = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    return Set(samples.map { String($0.prefix { $0 != "{" && $0 != " " }) })
  }
}

/// A process that lives until its input ends.
private final class Child {
  private let process = Process()
  private let input = Pipe()
  var pid: Int32 { process.processIdentifier }

  init() throws {
    process.executableURL = URL(fileURLWithPath: "/bin/cat")
    process.standardInput = input
    try process.run()
  }

  func end() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

private final class WorkInPlace: BlockingWork {
  func run<Result: Sendable>(
    _ subject: String, limitSeconds: Double, _ work: @escaping @Sendable () -> Result,
    done: @escaping (Result?) -> Void
  ) {
    done(work())
  }
}

private final class NoLog: EventLog {
  func log(_ level: EventLevel, _ message: String, _ fields: [(name: String, value: String)]) {}
}
