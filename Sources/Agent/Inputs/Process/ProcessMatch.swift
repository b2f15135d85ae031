// Which processes a service is: by name, executable, command line, id, port or cgroup, or by a bare word as people say it. A
// bare word may hold a colon (`main:app` is uvicorn's), so that only what looks like a mistyped kind is refused.
// SPDX-License-Identifier: Apache-2.0

/// A condition on a process.
enum ProcessMatch: Hashable {
  /// The kernel's name, at most 15 bytes of it.
  case name(String)
  /// The executable's path, or the file's name alone.
  case exe(String)
  /// A glob over the whole command line.
  case cmd(String)
  case pid(Int32)
  /// Whoever listens on a TCP port.
  case port(UInt16)
  /// A glob over the path of one of its cgroups, or of one above it.
  case cgroup(String)
  /// The name, or words that stand behind each other from one of the first three arguments on.
  case word(String)

  /// Reads `KIND:VALUE` or a bare word.
  static func parse(_ text: String) throws(UsageError) -> ProcessMatch {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { return .word(text) }
    let value = parts[1]
    if value.isEmpty { throw UsageError(message: "--watch \(text): nothing stands after '\(parts[0]):'") }
    switch parts[0] {
    case "name": return .name(value)
    case "exe": return .exe(value)
    case "cmd": return .cmd(value)
    case "pid":
      guard let pid = Int32(value), pid > 0 else { throw UsageError(message: "--watch \(text): '\(value)' is no pid") }
      return .pid(pid)
    case "port":
      guard let port = UInt16(value), port > 0 else {
        throw UsageError(message: "--watch \(text): '\(value)' is no port")
      }
      return .port(port)
    case "cgroup":
      guard let first = value.utf8.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "*") else {
        throw UsageError(message: "--watch \(text): a cgroup's path begins with '/', or '*' where it may be any")
      }
      return .cgroup(value)
    case let kind where MatchKinds.isMistyped(kind):
      let advice = "there are \(MatchKinds.list); as bare text it is cmd:*\(text)*"
      throw UsageError(message: "--watch \(text): no kind '\(kind):'; \(advice)")
    default: return .word(text)
    }
  }

  /// As it is typed.
  var text: String {
    switch self {
    case .name(let name): "name:\(name)"
    case .exe(let path): "exe:\(path)"
    case .cmd(let glob): "cmd:\(glob)"
    case .pid(let pid): "pid:\(pid)"
    case .port(let port): "port:\(port)"
    case .cgroup(let glob): "cgroup:\(glob)"
    case .word(let word): word
    }
  }

  /// Whether it names processes so exactly that it may mean one that started the agent, as a container's entrypoint that
  /// becomes the service does. The others would take the shell, or the unit, for the service.
  var isExact: Bool {
    switch self {
    case .exe, .pid, .port: true
    case .name, .cmd, .cgroup, .word: false
    }
  }

  /// Whether a process meets the condition; ports are for ``PortOwners``.
  func accepts(_ process: ProcessIdentity) -> Bool {
    switch self {
    case .name(let name): process.name == String(decoding: Array(name.utf8).prefix(15), as: UTF8.self)
    case .exe(let path): process.executable == path || ProcessMatch.lastPart(process.executable) == path
    case .cmd(let glob): Glob.matches(glob, process.arguments.joined(separator: " "))
    case .pid(let pid): process.pid == pid
    case .port: false
    case .cgroup(let glob): process.cgroups.contains { CgroupPath.matches(glob, $0) }
    case .word(let word): process.name == word || ProcessMatch.begins(process.arguments, with: word)
    }
  }

  /// Whether the words, apart by blanks, stand behind each other from one of the first three arguments on.
  private static func begins(_ arguments: [String], with text: String) -> Bool {
    let words = text.split(separator: " ").map(String.init)
    return (0..<min(3, arguments.count)).contains { start in
      let rest = arguments[start...]
      return rest.count >= words.count && zip(rest, words).allSatisfy { $0 == $1 || lastPart($0) == $1 }
    }
  }

  private static func lastPart(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
