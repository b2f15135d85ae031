// Metrics that other programs leave in files: every `*.prom` of the directories that `--textfile-dir` names, as
// node_exporter's textfile collector takes them. A file that is wrong gives nothing, says so by FILE:LINE, and does the
// others no harm. All of it on a helper thread: the directories may lie on a dead mount.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The families of text files, `node_textfile_mtime_seconds` and `node_textfile_scrape_error`.
struct TextfileSource: HelperSource {
  let name = "textfile"
  let directories: [String]

  init(directories: [String]) { self.directories = directories }

  private static let modified = MetricFamily(
    "node_textfile_mtime_seconds", .gauge, help: "When a text file that could be used was last written.")
  private static let error = MetricFamily(
    "node_textfile_scrape_error", .gauge, help: "Whether a text file or its directory could not be used.")

  private struct File {
    let path: String
    let families: [TextFamily]
    let modified: Int64
  }

  func read(_ reader: inout HelperReader) {
    var files: [File] = []
    for directory in directories { files += self.files(directory, &reader.report) }
    add(files, &reader.report)
    for file in files {
      let seconds = MetricValue.integer(file.modified / 1_000_000_000)
      reader.add(TextfileSource.modified, LabelSet([("file", file.path)]), seconds)
    }
    reader.add(TextfileSource.error, .empty, .integer(reader.report.faults.isEmpty ? 0 : 1))
  }

  /// The files of a directory that could be used.
  private func files(_ directory: String, _ report: inout HelperReport) -> [File] {
    var files: [File] = []
    do {
      for name in try Directory.entries(directory) where name.hasSuffix(".prom") {
        if files.count == Limits.textfiles {
          report.fault("\(directory): has more than \(Limits.textfiles) files")
          break
        }
        if let file = file(directory + "/" + name, &report) { files.append(file) }
      }
    } catch {
      report.fault("\(directory): \(error.reason)")
    }
    return files
  }

  private func file(_ path: String, _ report: inout HelperReport) -> File? {
    do {
      let (bytes, modified) = try TextfileSource.contents(path)
      return File(path: path, families: try TextfileSource.families(path, bytes), modified: modified)
    } catch {
      report.fault(error.text)
      return nil
    }
  }

  private struct Refusal: Error {
    let text: String
  }

  /// The bytes of a regular file, and when they were written, in nanoseconds since 1970.
  private static func contents(_ path: String) throws(Refusal) -> (bytes: [UInt8], modified: Int64) {
    var bytes: [UInt8] = []
    let status: FileStatus
    do {
      let file = try FileDescriptor.openForTail(path)
      status = try file.status()
      let wanted = status.oddity == nil ? Limits.textfileBytes + 1 : 0
      while bytes.count < wanted, try file.read(into: &bytes, count: 65_536, at: Int64(bytes.count)) > 0 {}
    } catch {
      throw Refusal(text: "\(path): \(error.reason)")
    }
    if let oddity = status.oddity { throw Refusal(text: "\(path): \(oddity)") }
    if bytes.count > Limits.textfileBytes {
      throw Refusal(text: "\(path): is longer than \(Limits.textfileBytes) bytes")
    }
    return (bytes, status.modified)
  }

  private static func families(_ path: String, _ bytes: [UInt8]) throws(Refusal) -> [TextFamily] {
    do throws(TextFault) {
      let families = try TextParser.parse(bytes)
      for family in families { _ = try family.values() }
      return families
    } catch {
      throw Refusal(text: error.line == 0 ? "\(path): \(error.reason)" : "\(path):\(error.line): \(error.reason)")
    }
  }

  /// Adds the families of all files. Those of one name in several files must agree: the first one's type and help stand.
  private func add(_ files: [File], _ report: inout HelperReport) {
    var known: [String: (family: MetricFamily, hasHelp: Bool)] = [:]
    for file in files {
      for family in file.families {
        let type = family.type ?? .unknown
        let help = family.help ?? known[family.name]?.family.help ?? "Metric read from \(file.path)"
        let described = MetricFamily(family.name, type, help: help)
        let first = known[family.name] ?? (described, family.help != nil)
        known[family.name] = first
        if first.family.type != type || (first.hasHelp && first.family.help != help) {
          report.fault("\(file.path): \(family.name) has another type or help than in a file before")
          continue
        }
        let values = (try? family.values()) ?? []
        let before = report.malformed
        for (labels, value) in values { report.add(first.family, labels, value) }
        if report.malformed != before { report.fault("\(file.path): \(family.name) has series of a file before") }
      }
    }
  }
}
