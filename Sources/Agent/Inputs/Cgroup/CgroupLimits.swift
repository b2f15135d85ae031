// Bounds of the watch on cgroups.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Cgroups that get series: the agent's own, the watched services' and those above them. Further ones are counted in
  /// `vitals_cgroup_left_out`.
  static let cgroups = 64
  /// Ancestors of a cgroup that are looked at; orchestrators nest four or five deep.
  static let cgroupDepth = 16
  /// Block devices of one cgroup that get series.
  static let cgroupDevices = 32
  /// Files of cgroups that are kept open between two looks; further ones are opened at each.
  static let cgroupOpenFiles = 256
  /// Descriptors that are left to others before any file of a cgroup is kept open.
  static let cgroupDescriptorsForOthers = 64
  /// Seconds between two looks at limits and weights, which people change, not programs.
  static let cgroupSlowSeconds = 5.0
  /// Seconds after which a file that is not there is tried again: a controller may be turned on later.
  static let cgroupRetrySeconds = 30.0
  /// Seconds between two looks at the mounts, at which cgroup the agent is in, and at most at which one a process is in.
  static let cgroupRenewSeconds = 60.0
  /// Seconds between two looks at which cgroup a process is in, at least, and for each process that is asked: up to 32
  /// all are asked every 15 s, 128 and more once a minute.
  static let cgroupMemberSeconds = 15.0
  static let cgroupMemberShare = 0.47
  /// Seconds after which a process that is new is asked a second time: who starts it may move it yet.
  static let cgroupYoungSeconds = 5.0
  /// Processes that are asked for their cgroup in one look, some 10 microseconds each; the others' turn is at the next.
  static let cgroupReads = 64
}
