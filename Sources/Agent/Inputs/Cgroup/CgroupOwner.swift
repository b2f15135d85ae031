// A service, or the agent itself, as cgroups see it: where its processes are, and which cgroups may hold it back.
// SPDX-License-Identifier: Apache-2.0

/// Who is in some cgroups.
struct CgroupOwner {
  /// A cgroup and those above it, nearest first.
  typealias Chain = [String]

  /// Empty for the agent.
  let service: String
  /// Where its CPU is rationed; more than one when its processes are in several cgroups.
  private(set) var cpu: [Chain] = []
  /// Where its memory is.
  private(set) var memory: [Chain] = []
  /// How many of its processes are in each cgroup.
  private(set) var processes: [String: Int] = [:]
  /// Whether a cgroup above those in sight may limit it.
  private(set) var hasHidden = false
  /// Whether a cgroup that it is in is out of sight.
  private(set) var isOutOfSight = false

  init(service: String) { self.service = service }

  /// Takes in processes that are in the same cgroups.
  mutating func add(_ count: Int, _ places: [CgroupResource: (path: String, mount: CgroupMount)]) {
    for path in Set(places.values.map(\.path)) { processes[path, default: 0] += count }
    isOutOfSight = isOutOfSight || places.isEmpty
    for resource in [CgroupResource.cpu, .memory] {
      guard let (path, mount) = places[resource] else { continue }
      let (paths, isWhole) = CgroupMounts.chain(path, mount)
      hasHidden = hasHidden || !isWhole
      if resource == .cpu, !cpu.contains(paths) { cpu.append(paths) }
      if resource == .memory, !memory.contains(paths) { memory.append(paths) }
    }
  }
}
