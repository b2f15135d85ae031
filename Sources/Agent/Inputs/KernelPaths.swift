// Where the kernel's trees and the host's files are: a value, never a constant, so that tests and containers use
// production's door.
// SPDX-License-Identifier: Apache-2.0

/// The mount points of procfs, sysfs and the host's root.
struct KernelPaths: Sendable {
  /// Where procfs is mounted.
  var proc = "/proc"
  /// Where sysfs is mounted.
  var sys = "/sys"
  /// Where the host's `/` is mounted; empty for our own.
  var root = ""
}
