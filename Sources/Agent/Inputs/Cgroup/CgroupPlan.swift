// Which cgroups are looked at, and which directories and resources of each: those with processes in question first, then
// those above them, so that a limit on their number costs the least.
// SPDX-License-Identifier: Apache-2.0

/// The cgroups of all owners.
struct CgroupPlan {
  private(set) var owners: [CgroupOwner] = []
  /// The directories of each cgroup.
  private(set) var parts: [String: [CgroupPart]] = [:]
  private var left: Set<String> = []

  /// Cgroups past ``Limits/cgroups``.
  var leftOut: Int { left.count }

  /// `services` have their processes' cgroups, with the number of processes; the agent's own name is empty.
  init(_ services: [(service: String, places: [CgroupPlaces: Int])], _ mounts: CgroupMounts) {
    var above: [(path: String, resource: CgroupResource, mount: CgroupMount)] = []
    for (service, places) in services {
      var owner = CgroupOwner(service: service)
      // In a fixed order, whatever the hash.
      for (place, count) in places.sorted(by: { $0.key.all.lexicographicallyPrecedes($1.key.all) }) {
        var found: [CgroupResource: (path: String, mount: CgroupMount)] = [:]
        for resource in CgroupResource.allCases { found[resource] = mounts.place(of: resource, place) }
        owner.add(count, found)
        for resource in CgroupResource.allCases {
          guard let (path, mount) = found[resource] else { continue }
          want(path, resource, mount, hasMembers: true)
          if [.cpu, .cpuacct, .memory].contains(resource) { above.append((path, resource, mount)) }
        }
      }
      owners.append(owner)
    }
    for (path, resource, mount) in above {
      for higher in CgroupMounts.chain(path, mount).paths.dropFirst() {
        want(higher, resource, mount, hasMembers: false)
      }
    }
  }

  private mutating func want(_ path: String, _ resource: CgroupResource, _ mount: CgroupMount, hasMembers: Bool) {
    guard let directory = mount.directory(path) else { return }
    if parts[path] == nil, parts.count >= Limits.cgroups {
      left.insert(path)
      return
    }
    var known = parts[path] ?? []
    if let place = known.firstIndex(where: { $0.resource == resource }) {
      known[place].hasMembers = known[place].hasMembers || hasMembers
    } else {
      known.append(
        CgroupPart(resource: resource, isUnified: mount.isUnified, directory: directory, hasMembers: hasMembers))
    }
    parts[path] = known
  }
}
