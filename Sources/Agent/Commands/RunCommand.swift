// `vitals run`: opens what the agent stands on, joins it, and turns the loop until a signal ends it.
// SPDX-License-Identifier: Apache-2.0

/// The agent as a command.
struct RunCommand {
  private let options: RunOptions

  init(_ options: RunOptions) { self.options = options }

  /// Runs until SIGTERM or SIGINT. Throws only when the agent cannot start.
  func run() throws(UsageError) {
    let clock = SystemClock()
    let log = StderrLog(clock: clock)
    let descriptors = DescriptorLimit.raise()
    Heap.shareArena()
    try checkDescriptors(descriptors)
    var conflict: String?
    do {
      let loop = try EventLoop(clock: clock)
      let listener = try Listener(options.listen)
      let pool = try HelperPool(loop: loop, clock: clock)
      let server = HTTPServer(
        loop: loop, listener: listener, allowedHosts: options.allowedHosts, clock: clock, log: log)
      let pipeline = Pipeline(
        paths: options.paths, watches: options.watches, findsServices: options.findsServices, sources: options.logs,
        findsLogs: options.findsLogs, fromStart: options.logsFromStart, rules: options.rules,
        knownRoutes: options.knownRoutes, host: options.host, choice: options.choice,
        clock: clock, work: pool,
        log: log, collectors: [pool, server, log], checkpoint: options.checkpoint,
        sampledThreads: RunCommand.sampledThreads(descriptors),
        heldProcesses: RunCommand.heldProcesses(descriptors), openLogs: RunCommand.openLogs(descriptors))
      server.handler = { request in Routes(pipeline).answer(request) }
      var isStopping = false
      try loop.onSignals { name in
        log.log(.info, "stopping", [("signal", name)])
        // Who asks twice does not want to wait.
        if isStopping { return loop.stop() }
        isStopping = true
        pipeline.finish { loop.stop() }
      }
      try loop.everySecond { now, missed in
        pool.sweep(now)
        pipeline.tick(now, missed: missed)
        server.sweep(now)
        conflict = pipeline.conflict
        if conflict != nil { loop.stop() }
      }
      pipeline.watchLogs(on: loop, work: pool, log: log)
      pipeline.watchThreads(on: loop, log: log)
      try server.start()
      pipeline.tick(clock.now(), missed: 0)
      announce(log, listener.address.description)
      StartPages.release()
      try loop.run()
      listener.removeFile()
    } catch {
      throw UsageError(message: error.description)
    }
    if let conflict { throw UsageError(message: conflict) }
  }

  /// Refuses to start where it would live and be deaf, for want of a descriptor for a client.
  func checkDescriptors(_ limit: UInt64) throws(UsageError) {
    let logs = min(options.logs.count, Limits.descriptorLogs)
    var needed = Limits.descriptorsAtLeast
    if logs > 0 { needed += Limits.descriptorsForLogs + logs * Limits.descriptorsPerLog }
    if limit >= UInt64(needed) { return }
    throw UsageError(
      message: "only \(limit) open files are allowed and \(needed) are needed; raise 'ulimit -n' or LimitNOFILE=")
  }

  /// A quarter of the descriptors to spare, at two a thread.
  static func sampledThreads(_ descriptors: UInt64) -> Int {
    Int(min(spare(descriptors) / 8, UInt64(Limits.sampledThreads)))
  }

  /// An eighth of the descriptors to spare, for files of processes; their other files come to half as many.
  static func heldProcesses(_ descriptors: UInt64) -> Int {
    Int(min(spare(descriptors) / 8, UInt64(Limits.heldProcesses)))
  }

  /// A quarter of the descriptors to spare, for followed logs; when they are read to their ends the others are closed.
  static func openLogs(_ descriptors: UInt64) -> Int {
    Int(min(spare(descriptors) / 4, UInt64(Limits.openLogs)))
  }

  /// Descriptors above those that the agent cannot do without.
  private static func spare(_ descriptors: UInt64) -> UInt64 {
    descriptors - min(descriptors, UInt64(Limits.descriptorsAtLeast))
  }

  /// Says where it serves: the port that the kernel chose, when it was left to it.
  private func announce(_ log: StderrLog, _ address: String) {
    if Terminal.errorIsTerminal { Standard.complain("vitals: open http://\(address) or: curl \(address)\n") }
    log.log(.info, "started", [("version", Version.text), ("listen", address)])
  }
}
