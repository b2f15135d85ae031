// Bounds of the watch on processes.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Up to so many processes /proc is scanned at every tick, above it at every ``processScanTicks``th.
  static let processesEveryTick = 500
  /// Ticks between two scans of a machine with many processes.
  static let processScanTicks = 5
  /// Times that a process is read without CPU time used before it counts as quiet.
  static let quietReads = 10
  /// Walks for each of which a quiet process is read once.
  static let quietWalks = 4
  /// Seconds, up to twice as many, after which the stat is read again of a process that has not run.
  static let restRenewSeconds = 120.0
  /// Processes whose stat files, or schedstat files, are kept open between two walks, an eighth of the descriptors that are allowed at most.
  static let heldProcesses = 1_024
  /// Processes whose other files are kept open, two each.
  static let heldFigures = 64
  /// Watched processes up to which the figures of those that use no CPU are read at each walk too; with more they are read
  /// every ``idleFiguresSeconds``, as those of services that nobody named are, and as many times that as there are as many
  /// more: 1,000 every 35 s.
  static let freshFigures = 128
  /// Seconds between two readings of what hardly changes of a process: its limits, its score.
  static let rareFiguresSeconds: UInt64 = 15
  /// Processes of one service that get series; more are counted in
  /// `vitals_service_processes_left_out`.
  static let processesPerService = 64
  /// The busiest processes that the dashboard shows beside the watched ones.
  static let busiestProcesses = 10
  /// The share of a core above which a process is busy.
  static let busyShare = 0.005
  /// Seconds for which a process stays among the busiest after it was one of them.
  static let busiestSeconds = 60.0
  /// Bytes of a command line that are looked at.
  static let commandLineBytes = 4 << 10
  /// Seconds of a process's life in which it is likely to call exec: its identity is read again at each walk.
  static let identityYoungSeconds = 10.0
  /// Seconds after which an identity is read again, for what nothing else tells.
  static let identityRenewSeconds = 60.0
  /// Seconds after which it is read again of a process that has not run meanwhile.
  static let identityRestSeconds = 600.0
  /// Identities read again on mere suspicion in one walk; each costs some 15 microseconds. Those left over wait.
  static let identityReads = 64
  /// Seconds between two searches for who listens on a port.
  static let portSearchSeconds = 5.0
  /// Seconds between two searches when all watched ports have an owner.
  static let portRenewSeconds = 60.0
  /// Services whose restarts are counted, those that are gone included; of further ones the first that is gone is
  /// forgotten.
  static let turnoverServices = 128
  /// Seconds after which a process that another service's main process stands beside is a main process too: what ends
  /// sooner was a command that somebody ran.
  static let mainProcessSeconds = 60.0
  /// Seconds for which the place of a main process stays open while others run.
  static let openPlaceSeconds = 600.0
}
