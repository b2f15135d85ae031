import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

/// Some files of a machine, the samples that a source makes of them and what it counts as malformed.
struct SourceCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let files: [String: String]
  let wanted: [String]
  let malformed: UInt64

  init(_ what: String, _ files: [String: String], _ wanted: [String] = [], malformed: UInt64 = 0) {
    testDescription = what
    self.files = files
    self.wanted = wanted
    self.malformed = malformed
  }

  /// Reads the files through the door that the agent uses.
  func check(_ make: (KernelPaths) -> some HelperSource) throws {
    let tree = try ProcTree()
    for (name, text) in files { try tree.write(name, text) }
    let log = RecordingLog()
    let input = HelperInput(make(tree.rooted), work: StepWork(), turns: ReadingTurns(), log: log)
    for _ in 0..<2 { input.sample(at: tree.now) }
    let sink = RecordingSink.of(input)
    let lines = sink.lines.map { $0.replacing(tree.folder.path, with: "") }
    #expect(lines == wanted)
    #expect(input.malformedLines == malformed * 2)
    #expect(sink.duplicates.isEmpty)
    #expect(log.lines.isEmpty)
  }
}
