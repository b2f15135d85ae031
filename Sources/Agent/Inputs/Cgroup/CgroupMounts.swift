// The trees of cgroups that this machine has, and where in them a resource of a process is accounted for.
// SPDX-License-Identifier: Apache-2.0

/// All mounted trees.
struct CgroupMounts: Equatable {
  private let mounts: [CgroupMount]

  /// The trees under `sys`. Where none is there, as for a tree of files that was captured elsewhere, those that the file
  /// has under /sys are taken to be; and where there are none either, all.
  init(_ found: [CgroupMount], sys: String) {
    let there = found.filter { $0.point.hasPrefix(sys + "/") }
    let moved = found.compactMap { $0.moved(to: sys) }
    mounts = !there.isEmpty ? there : !moved.isEmpty ? moved : found
  }

  /// Whether there is none.
  var isEmpty: Bool { mounts.isEmpty }

  /// The path and the mount for a resource of a process; nil when it is nowhere accounted for, or out of sight.
  func place(of resource: CgroupResource, _ places: CgroupPlaces) -> (path: String, mount: CgroupMount)? {
    let isSplit = mounts.contains { $0.resources.contains(resource) }
    guard let path = isSplit ? places[resource] : places.unified else { return nil }
    let mount = mounts.first { mount in
      (isSplit ? mount.resources.contains(resource) : mount.isUnified) && mount.directory(path) != nil
    }
    return mount.map { (path, $0) }
  }

  /// The paths from a cgroup to the root that its mount shows, nearest first; the machine's own root has no limits and
  /// is left out, unless it is the cgroup itself.
  static func chain(_ path: String, _ mount: CgroupMount) -> (paths: [String], isWhole: Bool) {
    var paths = [path]
    while paths.count < Limits.cgroupDepth, let next = CgroupPath.parent(paths[paths.count - 1]),
      mount.directory(next) != nil
    {
      paths.append(next)
    }
    guard let top = paths.last, let directory = mount.directory(top) else { return (paths, false) }
    let isRoot = CgroupMounts.isRoot(directory, isUnified: mount.isUnified)
    if isRoot && paths.count > 1 { paths.removeLast() }
    return (paths, isRoot)
  }

  /// A file that only the machine's root has, or only it lacks.
  private static func isRoot(_ directory: String, isUnified: Bool) -> Bool {
    func exists(_ name: String) -> Bool { (try? FileStatus.of(directory + "/" + name)) != nil }
    return isUnified ? !exists("cgroup.events") : exists("release_agent")
  }
}
