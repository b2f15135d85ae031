// The cells' protocols under load, each in a process of its own: the broken copies must be found out, the library's own
// must stand. Under `swift test --sanitize=thread --filter Cell` the processes are sanitized too.
// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite("Cell protocol", .serialized)
struct CellProtocolTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let check: String
    let subject: String
    var increments = 200_000
    var testDescription: String { "\(check) \(subject)" }
  }

  static let broken: [Case] = [
    Case(check: "churn", subject: "early"),
    Case(check: "limit", subject: "unlocked"), Case(check: "destructors", subject: "early"),
    Case(check: "histogram", subject: "uncommitted"), Case(check: "histogram", subject: "late"),
    Case(check: "reuse", subject: "unzeroed"), Case(check: "fork", subject: "unheld"),
  ]

  static let real =
    [Case(check: "churn", subject: "real", increments: 10_000_000)]
    + ["limit", "destructors", "histogram", "reuse"].map { Case(check: $0, subject: "real") }

  @Test("A copy that is broken in one place is found out", arguments: broken)
  func foundOut(_ one: Case) throws {
    let run = try Self.run(one)
    #expect(run.status != 0, "\(run.output)")
    #expect(run.output.contains("\(one.check) \(one.subject): ") && !run.output.contains(": ok"))
  }

  @Test(
    "Plain stores in place of atomic ones are reported as a race",
    .enabled(if: isSanitized, "plain stores may come out right; only the thread sanitizer sees the race"))
  func race() throws {
    let run = try Self.run(Case(check: "churn", subject: "plain"))
    #expect(run.status != 0 && run.output.contains("WARNING: ThreadSanitizer: data race"), "\(run.output)")
  }

  @Test("The library's own stands", arguments: real)
  func stands(_ one: Case) throws {
    let run = try Self.run(one)
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("\(one.check) real: ok") && !run.output.contains("WARNING"), "\(run.output)")
  }

  @Test(
    "The library's own stands a fork",
    .enabled(if: !isSanitized, "sanitizers know no fork beside running threads: the child hangs in the sanitizer"))
  func standsFork() throws { try stands(Case(check: "fork", subject: "real")) }

  /// True when this process, and so the tool's, has the thread sanitizer in it.
  private static let isSanitized = unsafe dlsym(dlopen(nil, RTLD_NOW), "__tsan_init") != nil

  private static func run(_ one: Case) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = try tool()
    process.arguments = [one.check, one.subject, String(one.increments)]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  private struct NoTool: Error {}

  /// The tool lies beside the tests' bundle, and on Linux beside their executable.
  private static func tool() throws -> URL {
    let own = ProcessInfo.processInfo.arguments.first.map { URL(fileURLWithPath: $0) } ?? Bundle.main.bundleURL
    var folders = [URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath(), own, Bundle.main.bundleURL]
    folders += Bundle.allBundles.map(\.bundleURL)
    for folder in folders {
      let tool = folder.deletingLastPathComponent().appendingPathComponent("CellCheck")
      if FileManager.default.isExecutableFile(atPath: tool.path) { return tool }
    }
    throw NoTool()
  }
}
