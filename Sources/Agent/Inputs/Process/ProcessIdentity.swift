// What a process is, as opposed to what it does: read when it is first seen and when it seems to have called exec, not
// each time, because reading a command line costs more than the stat and takes a lock of the process that a stuck one may
// hold.
// SPDX-License-Identifier: Apache-2.0

/// A process's name, command line and executable.
struct ProcessIdentity: Equatable {
  let pid: Int32
  let name: String
  /// Empty for kernel threads and where it may not be read.
  let arguments: [String]
  /// Empty where it may not be read.
  let executable: String
  /// The paths of its cgroups; empty when nobody asked for them.
  var cgroups: [String] = []

  /// Reads cmdline and exe of a process, and its cgroups where a watch goes by them.
  static func read(_ directory: String, pid: Int32, name: String, withCgroups: Bool = false) -> ProcessIdentity {
    var bytes: [UInt8] = []
    if let file = try? FileDescriptor.open(directory + "/cmdline") {
      _ = try? file.read(into: &bytes, count: Limits.commandLineBytes)
    }
    let arguments = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    var executable = (try? Directory.target(directory + "/exe")) ?? ""
    // A file that was replaced while it runs, as by an upgrade, is still the same program.
    let deleted = " (deleted)"
    if executable.hasSuffix(deleted) { executable.removeLast(deleted.count) }
    var identity = ProcessIdentity(pid: pid, name: name, arguments: arguments, executable: executable)
    // What is not whole there is counted by the one that reads it for its own sake.
    var malformed: UInt64 = 0
    if withCgroups {
      identity.cgroups = CgroupPlaces.read(directory, into: &bytes, malformed: &malformed)?.all ?? []
    }
    return identity
  }
}
