// The logs that the processes of services hold open: regular files that are open for writing, to append or as standard
// output, whose lines are a log's. What the descriptors are, /proc/PID/fd tells, and how they were opened, fdinfo; see
// proc(5). A file that its path does not lead to from here, as in a container, is left out. Runs on helper threads.
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

  private let proc: String
  private let verdicts = Guarded<[FileIdentity: Verdict]>([:])

  init(proc: String) { self.proc = proc }

  /// Looks through the services' descriptors; nil while another helper is at it.
  func look(_ services: [ServiceProcesses]) -> Look? {
    verdicts.withLockIfFree { verdicts in
      if verdicts.count > Limits.openLogVerdicts { verdicts.removeAll() }
      var look = Look()
      var left = Limits.openLogDescriptors
      var seen = own
      for service in services {
        var isDenied = false
        for pid in service.pids {
          do throws(SystemError) {
            let numbers = try Directory.numbers("\(proc)/\(pid)/fd").sorted()
            if numbers.count > left { look.leftOut[.limit, default: 0] += numbers.count - left }
            for number in numbers.prefix(left) { find(pid, number, service.service, &look, &seen, &verdicts) }
            left -= min(left, numbers.count)
          } catch {
            isDenied = isDenied || error.isDenied
          }
        }
        if !isDenied { continue }
        look.leftOut[.rights, default: 0] += 1
        if look.denied == nil { look.denied = service.service }
      }
      return look
    }
  }

  /// The files that the agent writes itself.
  private var own: Set<FileIdentity> {
    var own: Set<FileIdentity> = []
    for number in (try? Directory.numbers("\(proc)/self/fd")) ?? [] where isWritten("self", number) {
      if let status = try? FileStatus.of("\(proc)/self/fd/\(number)") { own.insert(status.identity) }
    }
    return own
  }

  private func find(
    _ pid: Int32, _ number: Int32, _ service: String, _ look: inout Look, _ seen: inout Set<FileIdentity>,
    _ verdicts: inout [FileIdentity: Verdict]
  ) {
    let link = "\(proc)/\(pid)/fd/\(number)"
    guard let path = try? Directory.target(link), path.hasPrefix("/"), !path.hasSuffix(" (deleted)"),
      !Self.isKernels(path), isWritten("\(pid)", number), let status = try? FileStatus.of(link), status.oddity == nil,
      !seen.contains(status.identity)
    else { return }
    seen.insert(status.identity)
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
