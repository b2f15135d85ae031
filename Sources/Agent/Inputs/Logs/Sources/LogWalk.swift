// One look for the files of a source: goes along the parts of its path, through the directories that fit, and takes
// what is a log there. `**` stands for any number of directories, none included; links to directories are followed where
// a part of the path names them, not below `**`, where they may lead in circles. As in a shell, a star does not mean a
// leading dot.
// SPDX-License-Identifier: Apache-2.0

/// A walk; once made it is used up. May block where the file system does.
struct LogWalk {
  private(set) var scan = LogFinder.Scan()
  /// The directories that were looked through, for the next walk.
  private(set) var folders: [String: LogFolderCache] = [:]

  private let source: LogSource
  private let known: [String: LogFolderCache]
  private let now: Moment
  private let start: String
  private let parts: [String]

  init(_ source: LogSource, known: [String: LogFolderCache], at now: Moment) {
    self.source = source
    self.known = known
    self.now = now
    var parts = source.path.split(separator: "/").map(String.init).filter { $0 != "." }
    if source.kind == .folder || parts.last == "**" { parts.append("*") }
    self.parts = parts
    start = source.path.hasPrefix("/") ? "/" : "."
  }

  /// Walks.
  mutating func run() {
    if source.kind == .file {
      if let file = found(source.path, isLink: Self.isLink(source.path)) { scan.files = [file] }
      return
    }
    walk(start, 0)
    var seen: Set<String> = []
    scan.files = scan.files.filter { seen.insert($0.path).inserted }.sorted { $0.path < $1.path }
    scan.folders = folders.keys.sorted()
  }

  private mutating func walk(_ folder: String, _ place: Int) {
    let part = parts[place]
    if place == parts.count - 1 { return take(folder, part) }
    if part == "**" { walk(folder, place + 1) }
    if part != "**", !Self.isPattern(part) { return walk(Self.join(folder, part), place + 1) }
    guard let cache = list(folder) else { return }
    for member in cache.members where Self.fits(part == "**" ? "*" : part, member.name) {
      let path = Self.join(folder, member.name)
      if part == "**" {
        if member.kind == .folder { walk(path, place) }
      } else if member.kind == .folder || member.kind != .file && (try? FileStatus.of(path))?.isDirectory == true {
        walk(path, place + 1)
      }
    }
  }

  /// The logs in a directory.
  private mutating func take(_ folder: String, _ part: String) {
    guard var cache = list(folder) else { return }
    let accepted = cache.accepted ?? accept(cache.members, part)
    let old = known[folder]?.files ?? [:]
    var files: [String: LogFinder.Found] = [:]
    for member in accepted {
      if member.kind == .file, let file = old[member.name], file.identity.inode == member.inode {
        files[member.name] = file
      } else if let file = found(Self.join(folder, member.name), isLink: member.kind == .link) {
        files[member.name] = file
      }
    }
    cache.accepted = accepted
    cache.files = files
    folders[folder] = cache
    scan.files += files.values
  }

  /// The names that may be logs, whatever they mean.
  private func accept(_ members: [Directory.Member], _ part: String) -> [Directory.Member] {
    let names = Set(members.map(\.name))
    return members.filter { member in
      member.kind != .folder && Self.fits(part, member.name) && !LogNames.isOld(member.name, among: names)
        && (source.kind != .folder || LogNames.isLog(member.name))
    }
  }

  /// A file that can be followed; nil for anything else.
  private func found(_ path: String, isLink: Bool) -> LogFinder.Found? {
    guard let status = try? FileStatus.of(path), status.oddity == nil else { return nil }
    return LogFinder.Found(path: path, identity: status.identity, isLink: isLink)
  }

  /// A directory's names; nil when they cannot be had.
  private mutating func list(_ folder: String) -> LogFolderCache? {
    if let cache = folders[folder] { return cache }
    if folders.count >= Limits.logFolders {
      scan.leftOut += 1
      return nil
    }
    do throws(SystemError) {
      let status = try FileStatus.of(folder)
      var cache: LogFolderCache
      if let before = known[folder], before.isCurrent(status) {
        cache = before
        cache.files = [:]
      } else {
        let (members, leftOut) = try Directory.members(folder, limit: Limits.logFolderNames)
        cache = LogFolderCache(
          identity: status.identity, modified: status.modified, listed: Int64(clamping: now.real), members: members,
          leftOut: leftOut)
      }
      scan.leftOut += cache.leftOut
      folders[folder] = cache
      return cache
    } catch {
      scan.fault = scan.fault ?? "\(folder): \(error.reason)"
      return nil
    }
  }

  private static func isPattern(_ part: String) -> Bool { part.contains("*") || part.contains("?") }

  private static func fits(_ pattern: String, _ name: String) -> Bool {
    if name.hasPrefix("."), !pattern.hasPrefix(".") { return false }
    return pattern == "*" || Glob.matches(pattern, name)
  }

  private static func join(_ folder: String, _ name: String) -> String {
    switch folder {
    case "/": "/" + name
    case ".": name
    default: folder + "/" + name
    }
  }

  private static func isLink(_ path: String) -> Bool { (try? Directory.target(path)) != nil }
}
