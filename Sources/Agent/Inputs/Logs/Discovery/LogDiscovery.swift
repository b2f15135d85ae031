// Looks now and then for the logs that services hold open, and soon after their processes have changed. Listing the
// descriptors of processes is dear, so it is a helper's work, and the more there are the more are left for the next time.
// The looks that nothing has caused are at multiples of their pause after the first tick, as those at sockets are, so that
// the question which processes rest is asked once for both.
// SPDX-License-Identifier: Apache-2.0

/// The search for logs that nobody named. Not thread-safe.
final class LogDiscovery {
  private let open: OpenLogs
  private let work: any BlockingWork
  private let log: any EventLog
  private let services: () -> [ServiceProcesses]
  private var began: Moment?
  private var looked: Moment?
  private var known: [ServiceProcesses] = []
  private var isOut = false
  private var saidDenied = false
  /// Takes what is there.
  var take: (OpenLogs.Look) -> Void = { _ in }

  /// `services` are those to look into.
  init(
    paths: KernelPaths, work: any BlockingWork, log: any EventLog, rests: RestingProcesses? = nil,
    services: @escaping () -> [ServiceProcesses]
  ) {
    open = OpenLogs(proc: paths.proc, rests: rests)
    self.work = work
    self.log = log
    self.services = services
  }

  /// Looks when that is due.
  func tick(at now: Moment) {
    if began == nil { began = now }
    if isOut { return }
    let services = services()
    if services.isEmpty && known.isEmpty { return }
    if !isDue(services != known, now) { return }
    (looked, known, isOut) = (now, services, true)
    let open = open
    work.run("files of services", limitSeconds: Limits.logReadSeconds) {
      open.look(services, at: now)
    } done: { [weak self] look in
      self?.isOut = false
      if let look = look ?? nil { self?.finish(look) }
    }
  }

  private func isDue(_ hasChanged: Bool, _ now: Moment) -> Bool {
    guard let began, let looked else { return true }
    if hasChanged { return now.seconds(since: looked) + 0.5 >= Limits.openLogHurrySeconds }
    func turn(_ moment: Moment) -> Double {
      ((moment.seconds(since: began) + 0.5) / Limits.openLogLookSeconds).rounded(.down)
    }
    return turn(now) > turn(looked)
  }

  private func finish(_ look: OpenLogs.Look) {
    if let service = look.denied, !saidDenied {
      saidDenied = true
      log.log(
        .warning, "the open files of a service may not be seen; its logs are not found",
        [
          ("service", service),
          ("advice", "run vitals as the service's user, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"),
        ])
    }
    take(look)
  }
}
