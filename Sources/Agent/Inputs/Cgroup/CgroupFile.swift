// A file of a cgroup as it is held: kept open where it is read at each look and descriptors are to spare, opened anew
// when the kernel says that its cgroup is gone, since another may have its name by then. Absence is no news here: which
// files there are depends on the kernel, on the controllers that are turned on, and on whether the cgroup still is.
// SPDX-License-Identifier: Apache-2.0

/// One file.
final class CgroupFile {
  let source: CgroupSource
  private let path: String
  private let keepsOpen: Bool
  private var file: KernelFile?
  /// When it was found to be absent.
  private var missed: Moment?
  private var lastRead: Moment?

  init(_ source: CgroupSource, in directory: String, keepsOpen: Bool) {
    self.source = source
    self.keepsOpen = keepsOpen
    path = directory + "/" + source.name
  }

  /// Whether it is time to read it.
  func isDue(_ now: Moment) -> Bool {
    guard source.isSlow, let lastRead else { return true }
    return now.seconds(since: lastRead) + 0.5 >= Limits.cgroupSlowSeconds
  }

  /// Reads it whole; false when it cannot be read.
  func read(into buffer: inout [UInt8], at now: Moment) -> Bool {
    lastRead = now
    if let missed, now.seconds(since: missed) < Limits.cgroupRetrySeconds { return false }
    missed = nil
    if file != nil, (try? file?.read(into: &buffer)) != nil { return true }
    file = nil
    do {
      let opened = try KernelFile(path)
      try opened.read(into: &buffer)
      if keepsOpen { file = consume opened }
      return true
    } catch {
      missed = now
      return false
    }
  }
}
