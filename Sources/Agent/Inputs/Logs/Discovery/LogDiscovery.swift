// Looks now and then for the logs that services hold open, and soon after their processes have changed. Listing the
// descriptors of processes is dear, so it is a helper's work, and the more there are the more are left for the next time.
// SPDX-License-Identifier: Apache-2.0

/// The search for logs that nobody named. Not thread-safe.
final class LogDiscovery {
  private let open: OpenLogs
  private let work: any BlockingWork
  private let log: any EventLog
  private let services: () -> [ServiceProcesses]
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
    if isOut { return }
    let services = services()
    let pause = services == known ? Limits.openLogLookSeconds : Limits.openLogHurrySeconds
    if services.isEmpty && known.isEmpty { return }
    if let looked, now.seconds(since: looked) + 0.5 < pause { return }
    (looked, known, isOut) = (now, services, true)
    let open = open
    work.run("files of services", limitSeconds: Limits.logReadSeconds) {
      open.look(services)
    } done: { [weak self] look in
      self?.isOut = false
      if let look = look ?? nil { self?.finish(look) }
    }
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
