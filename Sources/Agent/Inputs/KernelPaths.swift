// Where the kernel's trees are mounted: a value, never a constant, so that tests and containers use production's door.
// SPDX-License-Identifier: Apache-2.0

/// The mount points of procfs and sysfs.
struct KernelPaths: Sendable {
  /// Where procfs is mounted.
  var proc = "/proc"
  /// Where sysfs is mounted.
  var sys = "/sys"
}
