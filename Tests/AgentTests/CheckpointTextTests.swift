import Foundation
import Testing

@testable import VitalsAgent

@Suite("The checkpoint's form") struct CheckpointTextTests {
  private static let whole: [UInt8] = {
    var text = CheckpointText()
    text.entries["/l/late.log"] = CheckpointText.Entry(log: SavedLog(), seen: 7)
    var log = SavedLog()
    log.files = [file(100), file(200)]
    log.closed = [file(300)]
    log.unfound = TailSearch.Rest(birth: -5, since: 1_763_719_200_000_000_001, isOfStart: true)
    text.entries["/l/\"a\\b\u{1}ü.log"] = CheckpointText.Entry(log: log, seen: 8)
    return text.bytes(at: Moment(boot: 0, real: 1_763_719_200_000_000_000))
  }()

  private static func file(_ offset: Int64) -> SavedFile {
    var print = TailPrint(offset: offset, telling: offset == 100 ? nil : 12)
    print.add(Array("one\ntwo\nthree\n".utf8), at: 0, cuts: 3)
    print.add(Array("four\nfive".utf8), at: 40, cuts: 1)
    return SavedFile(
      identity: FileIdentity(device: .max, inode: 5, birth: -1), offset: offset, read: offset + 3, size: offset + 9,
      modified: 1_763_719_200_123_456_789, began: 7, isInside: offset == 200, evidence: .hashes(print))
  }

  @Test(
    "What is no whole checkpoint is told apart: torn ones, later ones, files of others",
    arguments: [
      ("", "is empty"), ("\n", nil), ("{}\n", nil), ("root:x:0:0\n", nil), (#"{"format":"vitals-ch"#, "is not whole"),
      (#"{"format":"vitals-checkpoint","version":2,"written":"x"}"# + "\n", "is of version 2, and this agent knows 1"),
      (#"{"format":"vitals-checkpoint","version":1}"# + "\n", "is not whole"),
      (#"{"format":"vitals-checkpoint","version":-1}"# + "\n{}\n", "is not whole"),
      (#"{"format":"vitals-checkpoint","version":1}"# + "\n" + #"{"lines":0,"hash":"0"}"# + "\n", "is damaged"),
    ] as [(String, String?)])
  func broken(text: String, reason: String?) {
    var fault: CheckpointText.Fault?
    do throws(CheckpointText.Fault) { _ = try CheckpointText(Array(text.utf8)) } catch { fault = error }
    #expect(fault == reason.map { .unusable($0) } ?? .foreign)
  }

  @Test("Cut off anywhere, or with any byte changed, it is not used")
  func torn() {
    for end in Self.whole.indices {
      #expect(throws: CheckpointText.Fault.self) { try CheckpointText(Array(Self.whole[..<end])) }
      var damaged = Self.whole
      damaged[end] ^= 1
      #expect(throws: CheckpointText.Fault.self, "byte \(end)") { try CheckpointText(damaged) }
    }
  }

  @Test(
    "A line that a checkpoint has not is refused, though the end fits",
    arguments: [
      (#""offset":100"#, #""offset":-1"#), (#""offset":100"#, #""offset":9223372036854775807"#),
      (#""offset":100"#, #""offset":104"#), (#""offset":100"#, #""offset":"#), (#""inode":5"#, #""inode":5.5"#),
      (#""inside":false"#, #""inside":0"#), (#""print":"0+"#, #""print":"0+9"#),
      (#""print":"0+"#, #""print":"0-"#), (#""device""#, #""devise""#), (#""path""#, #""poth""#),
      (#""seen""#, #""sane""#), (#""unfound":-5"#, #""unfound":"x""#), (#""since":17"#, #""since":1.7"#),
      (#""start":true"#, #""start":1"#),
    ])
  func odd(old: String, new: String) throws {
    let text = String(decoding: Self.whole, as: UTF8.self)
    #expect(text.contains(old))
    let range = try #require(text.firstRange(of: old))
    let changed = LogFolder.sealed(text.replacingCharacters(in: range, with: new))
    #expect(throws: CheckpointText.Fault.unusable("has a line that is none of a checkpoint")) {
      try CheckpointText(changed)
    }
  }

  @Test("It comes back as it was written")
  func roundTrip() throws {
    let text = try CheckpointText(Self.whole)
    #expect(text.entries.keys.sorted() == ["/l/\"a\\b\u{1}ü.log", "/l/late.log"])
    #expect(text.bytes(at: Moment(boot: 0, real: 1_763_719_200_000_000_000)) == Self.whole)
    let log = try #require(text.entries["/l/\"a\\b\u{1}ü.log"]?.log)
    #expect(log.files.map(\.offset) == [100, 200] && log.closed.map(\.offset) == [300])
    #expect(log.files.map(\.print) == [Self.file(100).print, Self.file(200).print])
    #expect(log.files.map(\.isInside) == [false, true] && log.files.map(\.read) == [103, 203])
  }
}
