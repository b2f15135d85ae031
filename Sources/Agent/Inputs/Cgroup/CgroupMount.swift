// Where a tree of cgroups is mounted, from /proc/self/mountinfo:
//
//     35 31 0:32 /docker/0123 /sys/fs/cgroup/memory ro,relatime - cgroup cgroup rw,memory
//     29 23 0:26 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw
//
// The fourth field is the cgroup that the mount shows as its root, a path of the reader's cgroup namespace: in a
// container what is above it cannot be seen, whatever limits it has.
// SPDX-License-Identifier: Apache-2.0

/// One mount of a tree.
struct CgroupMount: Hashable {
  /// Whether it is of version 2.
  let isUnified: Bool
  /// The resources that a tree of version 1 has.
  let resources: [CgroupResource]
  /// The path of the cgroup that is its root.
  let root: String
  /// Where it is mounted.
  var point: String

  /// The mounts of a file, those first that show the most. Lines that are not whole are left out and counted.
  static func parse(_ bytes: Span<UInt8>, malformed: inout UInt64) -> [CgroupMount] {
    var mounts: [CgroupMount] = []
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      var root: Range<Int>?
      var point: Range<Int>?
      for index in 0..<6 {
        let field = fields.next(in: bytes)
        if index == 3 { root = field }
        if index == 4 { point = field }
      }
      while let field = fields.next(in: bytes), !bytes.equals(field, "-") {}
      guard let root, let point, let type = fields.next(in: bytes) else {
        malformed &+= 1
        continue
      }
      let isUnified = bytes.equals(type, "cgroup2")
      if !isUnified && !bytes.equals(type, "cgroup") { continue }
      _ = fields.next(in: bytes)
      let options = fields.next(in: bytes).map { bytes.string($0) } ?? ""
      mounts.append(
        CgroupMount(
          isUnified: isUnified, resources: isUnified ? [] : CgroupMount.resources(options),
          root: Mount.text(root, bytes), point: Mount.text(point, bytes)))
    }
    return mounts.sorted { $0.root.utf8.count < $1.root.utf8.count }
  }

  private static func resources(_ options: String) -> [CgroupResource] {
    let names = options.split(separator: ",").map(String.init)
    return CgroupResource.allCases.filter { $0.controller.map(names.contains) ?? false }
  }

  /// Where it is when sysfs is mounted at `sys`; nil when it is outside.
  func moved(to sys: String) -> CgroupMount? {
    if point.hasPrefix(sys + "/") { return self }
    var moved = self
    guard point.hasPrefix("/sys/") else { return nil }
    moved.point = sys + point.dropFirst("/sys".count)
    return moved
  }

  /// The directory of a cgroup; nil when the mount does not show it.
  func directory(_ path: String) -> String? { CgroupPath.relative(path, to: root).map { point + $0 } }
}
