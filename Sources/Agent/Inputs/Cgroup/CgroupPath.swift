// Paths of cgroups as text: `/`, `/system.slice/api.service`; what is outside the agent's namespace begins with `/..`.
// SPDX-License-Identifier: Apache-2.0

/// Arithmetic on paths.
enum CgroupPath {
  /// What stands for a cgroup above those in sight.
  static let hidden = "/.."

  /// The path above; nil of the root.
  static func parent(_ path: String) -> String? {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), path != "/" else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The name behind the last slash.
  static func lastPart(_ path: String) -> Substring {
    path.split(separator: "/", omittingEmptySubsequences: true).last ?? ""
  }

  /// The path as seen from `root`: empty for itself; nil when it is not below it, or leads out of it.
  static func relative(_ path: String, to root: String) -> String? {
    let root = root == "/" ? "" : root
    guard path.hasPrefix(root) else { return nil }
    let rest = path.dropFirst(root.count)
    if rest == "/" || rest.isEmpty { return "" }
    guard rest.hasPrefix("/"), !rest.split(separator: "/").contains("..") else { return nil }
    return String(rest)
  }

  /// Whether a glob means the path, or one above it: what is in a cgroup is in those around it. The root means itself,
  /// or it would mean everything.
  static func matches(_ pattern: String, _ path: String) -> Bool {
    Glob.matches(pattern, path) || (pattern != "/" && Glob.matches(pattern + "/*", path))
  }
}
