import Foundation

@testable import VitalsAgent

/// A procfs, with a sysfs and a root below it, in a temporary directory, written by hand; time passes when told.
final class ProcTree {
  let folder: URL
  var now = Moment(boot: 1_000_000_000_000, real: 1_700_000_000_000_000_000)

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("proc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The captured tree of a real machine.
  static var fixture: KernelPaths {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let fixtures = tests.appendingPathComponent("Fixtures")
    return KernelPaths(
      proc: fixtures.appendingPathComponent("proc").path, sys: fixtures.appendingPathComponent("sys").path)
  }

  /// Its files are in procfs and in sysfs alike.
  var paths: KernelPaths { KernelPaths(proc: folder.path, sys: folder.path) }

  /// Its files, those below `sysfs` as sysfs and those below `root` as the host's.
  var rooted: KernelPaths {
    KernelPaths(proc: folder.path, sys: folder.path + "/sysfs", root: folder.path + "/root")
  }

  func write(_ name: String, _ text: String) throws { try write(name, bytes: Array(text.utf8)) }

  func write(_ name: String, bytes: [UInt8]) throws {
    let url = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    // Written in place, as the kernel does: an open file shows the new text.
    if let handle = FileHandle(forWritingAtPath: url.path) {
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: Data(bytes))
      try handle.close()
    } else {
      try Data(bytes).write(to: url)
    }
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(at: folder.appendingPathComponent(name)) }

  func link(_ name: String, to target: String) throws {
    let path = folder.appendingPathComponent(name).path
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
  }

  /// A process with the files that every user may read.
  func process(
    _ pid: Int, _ name: String, parent: Int = 1, start: UInt64 = 100, user: UInt64 = 0, command: [String] = [],
    executable: String? = nil, state: String = "S", threads: Int = 3, flags: Int = 4_194_560, size: Int = 8_192,
    stack: Int = 0, session: Int? = nil
  ) throws {
    let line = ProcTree.stat(
      pid, name, parent: parent, start: start, user: user, state: state, threads: threads, flags: flags, size: size,
      stack: stack, session: session)
    try write("\(pid)/stat", line)
    try write("\(pid)/cmdline", command.map { $0 + "\0" }.joined())
    if let executable { try link("\(pid)/exe", to: executable) }
  }

  /// A thread with the files that its figures are read from; those that are nil are not there.
  func thread(
    _ pid: Int, _ id: Int, _ name: String, start: UInt64 = 100, user: UInt64 = 0, state: String = "S",
    schedstat: String? = "5 6 7\n", wchan: String? = "do_epoll_wait", status: String? = nil, io: String? = nil
  ) throws {
    let directory = "\(pid)/task/\(id)"
    try write("\(directory)/stat", ProcTree.stat(id, name, start: start, user: user, state: state))
    for (file, text) in [("schedstat", schedstat), ("wchan", wchan), ("status", status), ("io", io)] {
      if let text { try write("\(directory)/\(file)", text) }
    }
  }

  static func stat(
    _ pid: Int, _ name: String, parent: Int = 1, start: UInt64 = 100, user: UInt64 = 0, state: String = "S",
    threads: Int = 3, flags: Int = 4_194_560, size: Int = 8_192, stack: Int = 0, session: Int? = nil
  ) -> String {
    "\(pid) (\(name)) \(state) \(parent) \(pid) \(session ?? pid) 0 -1 \(flags) 10 0 0 0 \(user) 7 0 0 20 0 \(threads) 0 \(start) "
      + "\(size) 5 18446744073709551615 1 1 \(stack) 0 0 0 0 16781312 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
  }

  /// Lets a second pass.
  func pass(_ seconds: UInt64 = 1) {
    now.boot += seconds * 1_000_000_000
    now.real += seconds * 1_000_000_000
  }
}
