// The logs that the processes of services hold open: regular files that are open for writing, to append or as standard
// output, whose lines are a log's. What the descriptors are, /proc/PID/fd tells, and how they were opened, fdinfo; see
// proc(5). A file that its path does not lead to from here, as in a container, is left out. Runs on helper threads.
//
// Of a process that rests only those descriptors are looked at again that are files: others may rename, delete and write
// those, while a socket or a device stays what it is.
// SPDX-License-Identifier: Apache-2.0

/// Finds open logs. Thread-safe.
final class OpenLogs: Sendable {
  /// An open log.
  struct Found: Hashable, Sendable {
    let service: String
    let path: String
    let identity: FileIdentity
  }

  /// What is there now.
  struct Look: Sendable {
    var files: [Found] = []
    /// Files that are left out, and for want of rights services.
    var leftOut: [LogSet.LeftOut: Int] = [:]
    /// A service that may not be looked into.
    var denied: String?
  }

  private struct Verdict {
    let isLog: Bool
    let size: Int64
  }

  /// What is remembered between two looks: which files are logs, and the files among the descriptors of those that rest.
  private struct Memory: Sendable {
    var verdicts: [FileIdentity: Verdict] = [:]
    var finds = RestFinds<[Int32]>()
  }

  /// One look as it goes on.
  private struct Walk {
    var look = Look()
    var left = Limits.openLogDescriptors
    var seen: Set<FileIdentity> = []
    /// What the agent writes itself, once that is asked for.
    var own: Set<FileIdentity>?
  }

  private let proc: String
  private let rests: RestingProcesses?
  private let memory = Guarded(Memory())

  /// Without `rests` every process is looked at each time.
  init(proc: String, rests: RestingProcesses? = nil) {
    self.proc = proc
    self.rests = rests
  }

  /// Looks through the services' descriptors because of a tick; nil while another helper is at it.
  func look(_ services: [ServiceProcesses], at now: Moment) -> Look? {
    memory.withLockIfFree { memory in
      if memory.verdicts.count > Limits.openLogVerdicts { memory.verdicts.removeAll() }
      let marks = rests?.marks(services, at: now) ?? [:]
      var walk = Walk()
      memory.finds.begin()
      for service in services {
        var isDenied = false
        for pid in service.pids {
          do throws(SystemError) {
            try look(at: pid, marks[pid], service.service, &walk, &memory)
          } catch {
            isDenied = isDenied || error.isDenied
          }
        }
        if !isDenied { continue }
        walk.look.leftOut[.rights, default: 0] += 1
        if walk.look.denied == nil { walk.look.denied = service.service }
      }
      memory.finds.end()
      return walk.look
    }
  }

  private func look(
    at pid: Int32, _ mark: RestMark?, _ service: String, _ walk: inout Walk, _ memory: inout Memory
  ) throws(SystemError) {
    let known = memory.finds.find(pid, mark)
    let numbers = if let known { known } else { try Directory.numbers("\(proc)/\(pid)/fd").sorted() }
    let isWhole = numbers.count <= walk.left
    if !isWhole { walk.look.leftOut[.limit, default: 0] += numbers.count - walk.left }
    var files: [Int32] = []
    for number in numbers.prefix(walk.left) where find(pid, number, service, &walk, &memory.verdicts) {
      files.append(number)
    }
    walk.left -= min(walk.left, numbers.count)
    if known == nil && isWhole { memory.finds.keep(files, pid, mark, size: files.count + 1) }
  }

  /// Takes a descriptor's file if it is a log; whether it is a file at all, or was gone.
  private func find(
    _ pid: Int32, _ number: Int32, _ service: String, _ walk: inout Walk,
    _ verdicts: inout [FileIdentity: Verdict]
  ) -> Bool {
    let link = "\(proc)/\(pid)/fd/\(number)"
    guard let path = try? Directory.target(link) else { return true }
    if !path.hasPrefix("/") || Self.isKernels(path) { return false }
    guard !path.hasSuffix(" (deleted)"), isWritten("\(pid)", number), let status = try? FileStatus.of(link),
      status.oddity == nil, walk.seen.insert(status.identity).inserted, !isOwn(status.identity, &walk.own)
    else { return true }
    take(path, status, service, &walk.look, &verdicts)
    return true
  }

  private func take(
    _ path: String, _ status: FileStatus, _ service: String, _ look: inout Look,
    _ verdicts: inout [FileIdentity: Verdict]
  ) {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    if LogNames.isOld(name, among: []) { return }
    guard let there = try? FileStatus.of(path), there.identity == status.identity else {
      look.leftOut[.namespace, default: 0] += 1
      return
    }
    do throws(SystemError) {
      if try isLog(path, there, &verdicts) {
        look.files.append(Found(service: service, path: path, identity: there.identity))
      } else if there.size > 0 {
        look.leftOut[.form, default: 0] += 1
      }
    } catch {
      look.leftOut[.rights, default: 0] += 1
    }
  }

  /// Whether the agent writes a file itself, which it does for long on its standard output and error only. Those are not
  /// known by their numbers among a service's, since they may be one file.
  private func isOwn(_ identity: FileIdentity, _ own: inout Set<FileIdentity>?) -> Bool {
    if let own { return own.contains(identity) }
    var found: Set<FileIdentity> = []
    for number: Int32 in 1...2 where isWritten("self", number) {
      if let status = try? FileStatus.of("\(proc)/self/fd/\(number)") { found.insert(status.identity) }
    }
    own = found
    return found.contains(identity)
  }

  private static func isKernels(_ path: String) -> Bool {
    path.hasPrefix("/dev/") && !path.hasPrefix("/dev/shm/") || path.hasPrefix("/proc/") || path.hasPrefix("/sys/")
  }

  /// Whether a descriptor is one that logs are written to.
  private func isWritten(_ process: String, _ number: Int32) -> Bool {
    var bytes: [UInt8] = []
    guard (try? KernelFile.read("\(proc)/\(process)/fdinfo/\(number)", into: &bytes)) != nil else { return false }
    return Self.isWritten(bytes, isOutput: number == 1 || number == 2)
  }

  /// The line `flags:\t0102001` has what open(2) was told, in octal.
  static func isWritten(_ info: [UInt8], isOutput: Bool) -> Bool {
    for line in info.split(separator: 10) where line.starts(with: "flags:".utf8) {
      let digits = String(decoding: line.dropFirst(6), as: UTF8.self).split { $0 == "\t" || $0 == " " }.first ?? ""
      guard let flags = UInt64(digits, radix: 8) else { return false }
      let (mode, append) = (flags & 3, flags & 0o2000 != 0)
      return mode == 1 || mode == 2 && (append || isOutput)
    }
    return false
  }

  /// A file that is none may become one when it has grown to twice its length; one that is a log stays one.
  private func isLog(
    _ path: String, _ status: FileStatus, _ verdicts: inout [FileIdentity: Verdict]
  ) throws(SystemError) -> Bool {
    if let known = verdicts[status.identity], known.isLog || status.size < 2 * known.size { return known.isLog }
    let verdict = try LogVerdict.isLog(try FileDescriptor.openForTail(path), size: status.size)
    if let verdict { verdicts[status.identity] = Verdict(isLog: verdict, size: status.size) }
    return verdict ?? false
  }
}
