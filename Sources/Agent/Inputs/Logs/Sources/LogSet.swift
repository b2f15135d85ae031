// Which logs are followed: those that are named from the start, those that are found as they come, until they are gone.
// A file is followed once, whatever names it has: the one that is known already, then one that is no link. A name that
// comes up with a file which stood at another path is that path's rotated file, whatever it is called.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The followed logs. Not thread-safe.
final class LogSet {
  let sources: [LogSource]
  /// Those that are followed, in the order in which they were taken.
  private(set) var files: [LogFile] = []
  /// One for each service, in the order in which they came.
  private(set) var services: [ServiceCounts] = []
  /// The series of the files.
  private(set) var rows = LogRows()
  private let rules: LogRules
  private let known: [KnownRoute]
  private let keepsPlace: Bool
  private var byPath: [String: LogFile] = [:]
  /// By directory and name, for the kernel's hints.
  private var byName: [String: [String: LogFile]] = [:]
  /// The files of each source that were there at the last look, and what is left out of them and why.
  private var present: [Int: Set<String>] = [:]
  private var leftOuts: [Int: [LeftOut: Int]] = [:]
  private var waiting: [Int: LogFinder.Scan] = [:]

  /// Why a file that was found is not followed.
  enum LeftOut: String, CaseIterable {
    /// Its file is followed under another name.
    case twin = "same_file"
    /// There are too many.
    case limit
    /// A file that a service writes, and whose lines are no log's.
    case form
    /// A service whose open files may not be seen, or a file that may not be read.
    case rights
    /// A file of another file system, as in a container.
    case namespace
  }

  /// Takes those of `sources` that are named. Touches no file.
  init(_ sources: [LogSource], fromStart: Bool, rules: LogRules, known: [KnownRoute], keepsPlace: Bool) {
    self.sources = sources
    self.rules = rules
    self.known = known
    self.keepsPlace = keepsPlace
    for source in sources where source.kind == .file && byPath[source.path] == nil {
      add(source, fromStart: fromStart)
    }
  }

  /// Follows a log, if nobody does.
  @discardableResult
  func add(_ source: LogSource, domain: String? = nil, fromStart: Bool) -> LogFile? {
    if files.count >= Limits.logFiles || byPath[source.path] != nil { return nil }
    let counts = counts(source.service)
    let own = LogSource(service: counts.service, path: source.path)
    let file = LogFile(
      own, domain: domain, isFound: domain != nil, fromStart: fromStart, counts: counts, rules: rules,
      keepsPlace: keepsPlace)
    files.append(file)
    byPath[source.path] = file
    let name = String(source.path.split(separator: "/").last ?? "")
    byName[source.directory, default: [:]][name] = file
    rows.add(file)
    return file
  }

  private func counts(_ service: String) -> ServiceCounts {
    if let known = services.first(where: { $0.service == service }) { return known }
    if services.count >= Limits.logServices, service != "other" { return counts("other") }
    let made = ServiceCounts(service: service, known: known)
    services.append(made)
    return made
  }

  /// Takes what is there of a source; those that are new. `start` says of a path whether it is read from its start.
  func take(_ place: Int, _ scan: LogFinder.Scan, isFromStart: (String) -> Bool) -> [LogFile] {
    let source = sources[place]
    present[place] = Set(scan.files.map(\.path))
    if source.kind == .file {
      if let found = scan.files.first, let file = byPath[source.path] { judge(file, found) }
      return []
    }
    var left: [LeftOut: Int] = [:]
    var taken: [LogFile] = []
    var holders: Set<FileIdentity> = []
    for file in files { holders.formUnion(file.identities) }
    let new = scan.files.filter { byPath[$0.path] == nil }
    for found in new.filter({ !$0.isLink }) + new.filter(\.isLink) {
      if holders.contains(found.identity) {
        left[.twin, default: 0] += 1
      } else if let file = add(source.of(found.path), domain: source.path, fromStart: isFromStart(found.path)) {
        file.note(found.identity)
        holders.insert(found.identity)
        taken.append(file)
      } else {
        left[.limit, default: 0] += 1
      }
    }
    leftOuts[place] = left
    waiting[place] = left[.twin] == nil ? nil : scan
    return taken
  }

  /// Takes the logs that services hold open; those that are new.
  func take(_ look: OpenLogs.Look, isFromStart: (OpenLogs.Found) -> Bool) -> [LogFile] {
    let place = sources.count
    present[place] = Set(look.files.map(\.path))
    var left = look.leftOut
    var taken: [LogFile] = []
    var room = Limits.discoveredLogs - files.count { $0.domain == LogSet.discovered }
    for found in look.files where byPath[found.path] == nil {
      if files.contains(where: { $0.identities.contains(found.identity) }) { continue }
      let source = LogSource(service: found.service, path: found.path)
      if room > 0, let file = add(source, domain: LogSet.discovered, fromStart: isFromStart(found)) {
        file.note(found.identity)
        taken.append(file)
        room -= 1
      } else {
        left[.limit, default: 0] += 1
      }
    }
    leftOuts[place] = left
    return taken
  }

  /// The turn of logs that nobody named.
  private static let discovered = "auto"

  /// Looks again at names whose files were followed under others, which may have changed.
  func again(isFromStart: (String) -> Bool) -> [LogFile] {
    waiting.keys.sorted().flatMap { place in
      waiting[place].map { take(place, $0, isFromStart: isFromStart) } ?? []
    }
  }

  /// Whether a log that was named is the file of one named before it.
  private func judge(_ file: LogFile, _ found: LogFinder.Found) {
    let place = files.firstIndex { $0 === file } ?? 0
    file.isTwin = files[..<place].contains { !$0.isTwin && $0.identity == found.identity }
    if file.identity == nil || file.isTwin { file.note(found.identity) }
  }

  /// Lets go of those that were found and are gone; those are the result.
  func letGo(at now: Moment) -> [LogFile] {
    let gone = files.filter { file in
      guard file.isFound, !file.isPolling, file.held == nil, let since = file.goneAt else { return false }
      return now.seconds(since: since) >= Limits.logGoneSeconds
        && !present.contains { $0.value.contains(file.source.path) }
    }
    if gone.isEmpty { return [] }
    files.removeAll { file in gone.contains { $0 === file } }
    for file in gone {
      byPath[file.source.path] = nil
      byName[file.source.directory]?[String(file.source.path.split(separator: "/").last ?? "")] = nil
      rows.letGo(file, at: now)
    }
    return gone
  }

  /// The log of a name in a directory.
  func file(_ name: String, in folder: String) -> LogFile? { byName[folder]?[name] }

  /// The logs in a directory.
  func files(in folder: String) -> [LogFile] { byName[folder].map { Array($0.values) } ?? [] }

  /// Files that were found and are not followed, by reason.
  var leftOut: [(reason: LeftOut, count: Int)] {
    LeftOut.allCases.map { reason in (reason, leftOuts.values.reduce(0) { $0 + ($1[reason] ?? 0) }) }
  }
}
