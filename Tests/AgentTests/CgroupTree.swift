import Foundation
import VitalsMetrics

@testable import VitalsAgent

/// A procfs and a tree of cgroups in a temporary directory, and the services that the test says there are.
final class CgroupTree {
  let files: ProcTree
  let log = RecordingLog()
  var services: [WatchedProcess] = []
  var environment: [String: String] = [:]

  init() throws {
    files = try ProcTree()
    for folder in ["proc", "sys"] {
      try FileManager.default.createDirectory(
        at: files.folder.appendingPathComponent(folder), withIntermediateDirectories: true)
    }
  }

  var paths: KernelPaths {
    KernelPaths(proc: files.folder.appendingPathComponent("proc").path, sys: files.folder.path + "/sys")
  }

  /// An input over the tree; `descriptors` may be open in all.
  func input(descriptors: UInt64 = 1_024) -> CgroupInput {
    CgroupInput(
      paths: paths, log: log, environment: { self.environment[$0] }, descriptors: descriptors,
      watched: { self.services })
  }

  /// Mounts: lines of mountinfo, of which `point` is below /sys/fs/cgroup.
  func mount(_ mounts: [(root: String, point: String, type: String, options: String)]) throws {
    let lines = mounts.enumerated().map { index, one in
      "\(30 + index) 23 0:\(26 + index) \(one.root) /sys/fs/cgroup\(one.point) rw,relatime - \(one.type) none "
        + "rw,\(one.options)\n"
    }
    let others = "22 27 0:21 / /proc rw,relatime - proc proc rw\n27 1 254:0 / / rw - ext4 /dev/vda rw\n"
    try files.write("proc/self/mountinfo", others + lines.joined())
  }

  /// The cgroups of a process; the agent is `self`.
  func place(_ process: String, _ lines: String...) throws {
    try files.write("proc/\(process)/cgroup", lines.map { $0 + "\n" }.joined())
  }

  /// A service's process.
  func add(_ service: String, _ pid: Int32, _ lines: String..., start: UInt64 = 100) throws {
    services.append(WatchedProcess(service: service, pid: pid, startTicks: start))
    try files.write("proc/\(pid)/cgroup", lines.map { $0 + "\n" }.joined())
  }

  /// The files of a cgroup, by their names.
  func cgroup(_ path: String, _ texts: [String: String]) throws {
    for (name, text) in texts { try files.write("sys/fs/cgroup\(path == "/" ? "" : path)/\(name)", text) }
  }

  /// A machine with version 2 alone and a cgroup for the agent.
  static func unified() throws -> CgroupTree {
    let tree = try CgroupTree()
    try tree.mount([("/", "", "cgroup2", "nsdelegate")])
    try tree.place("self", "0::/system.slice/vitals.service")
    return tree
  }

  /// Samples, lets a second pass, and gives what was written.
  @discardableResult
  func sample(_ input: CgroupInput, after seconds: UInt64 = 1) -> RecordingSink {
    input.sample(at: files.now)
    files.pass(seconds)
    return RecordingSink.of(input)
  }
}
