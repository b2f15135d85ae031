// One directory of a cgroup: all that version 2 has of it, or what one tree of version 1 has.
// SPDX-License-Identifier: Apache-2.0

/// Where a resource of a cgroup is accounted for.
struct CgroupPart: Hashable {
  let resource: CgroupResource
  let isUnified: Bool
  let directory: String
  /// Whether processes in question are in it, not only below it.
  var hasMembers: Bool
}
