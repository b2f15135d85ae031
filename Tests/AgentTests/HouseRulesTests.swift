import Foundation
import Testing

/// The rules of the house that a machine can hold, over the whole source tree.
@Suite("House rules") struct HouseRulesTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private struct Source: Sendable, CustomTestStringConvertible {
    let path: String
    let lines: [String]
    var testDescription: String { path }

    /// Its lines without text and comments.
    var code: [String] { lines.map { $0.replacing(/"[^"]*"/, with: "").replacing(/\/\/.*/, with: "") } }
  }

  /// Files and functions that are longer than the rule. The lists may only shrink.
  private static let longFiles: Set<String> = []
  private static let longFunctions: Set<String> = []
  private static let fileLines = 400
  private static let functionLines = 60

  /// Where unsafe code and the C library may stand.
  private static let fenced = ["Sources/Agent/Platform/", "Sources/Metrics/Platform/", "Sources/Metrics/Cells/"]

  private static func files(_ folder: String) throws -> [Source] {
    let base = root.appendingPathComponent(folder)
    let all = FileManager.default.enumerator(atPath: base.path)?.allObjects as? [String] ?? []
    return try all.filter { $0.hasSuffix(".swift") }.sorted().map { name in
      let text = try String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)
      return Source(path: folder + "/" + name, lines: text.components(separatedBy: "\n"))
    }
  }

  private static func isFenced(_ path: String) -> Bool {
    fenced.contains { path.hasPrefix($0) }
  }

  /// What is wrong with a file, a line each.
  private static func faults(_ source: Source) -> [String] {
    var faults: [String] = []
    for (number, line) in source.code.enumerated() {
      func fault(_ text: String) { faults.append("\(source.path):\(number + 1): \(text)") }
      if line.contains(/^\s*(public |package |internal )?import Foundation/) { fault("imports Foundation") }
      if isFenced(source.path) { continue }
      if line.contains(/^\s*(public |package |internal )?import (Glibc|Musl|Darwin|CVitals\w*)/) {
        fault("imports the C library outside Platform")
      }
      if line.contains(/\bunsafe\b/) { fault("is unsafe outside Platform") }
      if line.contains("@unchecked") { fault("says @unchecked outside Platform") }
      if line.contains(/\b(fatalError|precondition|preconditionFailure|try!|as!)\b/) { fault("can trap") }
    }
    if source.lines.first?.hasPrefix("// ") != true {
      faults.append("\(source.path): has no head that says what it is")
    }
    if !source.lines.prefix(40).contains("// SPDX-License-Identifier: Apache-2.0") {
      faults.append("\(source.path): has no licence line")
    }
    return faults
  }

  @Test("The rules find what breaks them")
  func rulesWork() {
    let broken = Source(
      path: "Sources/Agent/X.swift",
      lines: [
        "import Foundation", "import Glibc", "let x = unsafe y", "final class A: @unchecked Sendable {}",
        "fatalError()", "// unsafe in a comment is none",
      ])
    #expect(Self.faults(broken).count == 7)
  }

  @Test("No Foundation, no C library or unsafe code outside Platform, no trap, a head on every file")
  func sources() throws {
    let all = try Self.files("Sources")
    #expect(all.count > 100)
    #expect(all.flatMap(Self.faults) == [])
  }

  @Test("No file is longer than the rule, and the list of exceptions has none too many")
  func fileLength() throws {
    let long = try (Self.files("Sources") + Self.files("Tests")).filter { $0.lines.count > Self.fileLines }
    #expect(Set(long.map(\.path)) == Self.longFiles)
  }

  @Test("No function is longer than the rule, and the list of exceptions has none too many")
  func functionLength() throws {
    var long: Set<String> = []
    for source in try Self.files("Sources") {
      var start: (line: Int, indent: Int, name: String)?
      for (number, line) in source.code.enumerated() {
        let indent = line.prefix { $0 == " " }.count
        if let match = line.firstMatch(of: /\b(func \w+|init)\b.*/), start == nil || indent <= start?.indent ?? 0 {
          start = (number, indent, String(match.output.1))
        }
        if let open = start, line.dropFirst(open.indent) == "}" {
          if number - open.line > Self.functionLines { long.insert("\(source.path) \(open.name)") }
          start = nil
        }
      }
    }
    #expect(long == Self.longFunctions)
  }

  @Test("A file's name is used once in a module")
  func uniqueNames() throws {
    for module in ["Sources/Metrics", "Sources/SwiftMetrics", "Sources/Agent"] {
      let names = try Self.files(module).map { $0.path.split(separator: "/").last.map(String.init) ?? "" }
      #expect(Set(names).count == names.count)
    }
  }
}
