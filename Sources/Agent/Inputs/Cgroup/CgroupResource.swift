// What the kernel rations by cgroup. In version 2 one tree has it all; in version 1 each has a tree of its own, or shares
// one, and in a hybrid setup some are here and some there.
// SPDX-License-Identifier: Apache-2.0

/// A thing that cgroups account for.
enum CgroupResource: Int, CaseIterable, Hashable, Sendable {
  case cpu, cpuacct, memory, io, pids, pressure

  /// The controller of version 1; pressure is known to version 2 alone.
  var controller: String? {
    switch self {
    case .cpu: "cpu"
    case .cpuacct: "cpuacct"
    case .memory: "memory"
    case .io: "blkio"
    case .pids: "pids"
    case .pressure: nil
    }
  }
}
