import Testing

@testable import VitalsAgent

@Suite("What is read of a process")
struct ProcessParserTests {
  private func parsed(_ bytes: [UInt8]) -> ProcessStat? { ProcessStat(bytes.span) }

  @Test(
    "A stat line that is not whole is none",
    arguments: [
      "", "1", "1 (a", "1 a) S 0", "1 )a( S 0", "1 (a)", "1 (a) ", "1 (a) SS 1 1", ProcTree.stat(1, "a").dropLast(200),
      "1 (a) S 1 1 1 0 -1 0 0 0 0 0 5 7 0 0 20 0 3 0 100 8192", "1 (a) S -1 1 1 0 -1 0 0 0 0 0 5 7 0 0 20 0 3 0 9 8 7",
      "1 (a) S 1 1 1 0 -1 0 0 0 0 0 x 7 0 0 20 0 3 0 9 8 7",
      "1 (a) S 1 1 1 0 -1 0 0 0 0 0 123456789012345678901 7 0 0 20 0 3 0 9 8 7",
      "1 (a) S 4294967296 1 1 0 -1 0 0 0 0 0 5 7 0 0 20 0 3 0 9 8 7",
      "1 (a) S 1 1 1 0 -1 0 0 0 0 0 5 7 0 0 20 0 3 0 9 8 -7",
    ].map { String($0) })
  func broken(text: String) { #expect(parsed(Array(text.utf8)) == nil) }

  @Test(
    "A name may hold anything",
    arguments: [
      "", " ", "a) R 1 (b", ")", "(", "))((", ") S 1 1 1 0 -1", "new\nline", String(repeating: "\t", count: 16),
      "kworker/0:1-ev", "\"\\", "Web Content", "ü",
    ])
  func names(name: String) throws {
    let text = Array(ProcTree.stat(42, name, parent: 7, start: 99, user: 5).utf8)
    let stat = try #require(parsed(text))
    #expect(stat.name == name)
    #expect(stat.state == UInt8(ascii: "S"))
    #expect(stat.parent == 7)
    #expect(stat.userTicks == 5)
    #expect(stat.systemTicks == 7)
    #expect(stat.threads == 3)
    #expect(stat.startTicks == 99)
    #expect(stat.virtualBytes == 8_192)
    #expect(stat.residentPages == 5)
  }

  @Test("A name that is not UTF-8 is repaired; columns of an old kernel may end behind the resident pages")
  func oldKernel() throws {
    let text = Array("1 (a".utf8) + [0xFF] + Array(") S 1 1 1 0 -1 0 0 0 0 0 5 7 0 0 20 0 3 0 9 8 7\n".utf8)
    let stat = try #require(parsed(text))
    #expect(stat.name == "a\u{FFFD}")
    #expect(stat.residentPages == 7)
  }

  @Test(
    "io and status",
    arguments: [
      ("", "", nil, nil, nil, nil),
      (
        "read_bytes:\nwrite_bytes: x\n", "voluntary_ctxt_switches:\t\nnonvoluntary_ctxt_switches:\tx", nil, nil, nil,
        nil
      ),
      ("read_bytes: 123456789012345678901\n", "voluntary_ctxt_switches:\t123456789012345678901\n", nil, nil, nil, nil),
      ("rchar: 9\ncancelled_write_bytes: 8\n", "Name:\tvoluntary_ctxt_switches:\nThreads:\t5\n", nil, nil, nil, nil),
      (
        "rchar: 9\nread_bytes: 1\nwrite_bytes: 2\n",
        "Name:\ta\tb\nvoluntary_ctxt_switches:\t3\nnonvoluntary_ctxt_switches:\t4\n", 1, 2, 3, 4
      ),
    ] as [(String, String, UInt64?, UInt64?, UInt64?, UInt64?)])
  func figures(io: String, status: String, read: UInt64?, written: UInt64?, own: UInt64?, forced: UInt64?) {
    var figures = ProcessFigures()
    figures.parseIO(Array(io.utf8).span)
    figures.parseStatus(Array(status.utf8).span)
    #expect(figures.readBytes == read)
    #expect(figures.writtenBytes == written)
    #expect(figures.voluntarySwitches == own)
    #expect(figures.involuntarySwitches == forced)
  }

  @Test(
    "Swapped memory",
    arguments: [
      ("VmSwap:\t\n", nil), ("VmSwap:\t x kB\n", nil), ("VmSwap:\t 18446744073709551615 kB\n", nil),
      ("VmRSS:\t 5 kB\n", nil),
      ("VmSwap:\t       0 kB\n", 0), ("VmSwap:\t     129 kB\n", 132_096),
    ] as [(String, UInt64?)])
  func swapped(status: String, expected: UInt64?) {
    var figures = ProcessFigures()
    figures.parseStatus(Array(status.utf8).span)
    #expect(figures.swappedBytes == expected)
  }
}
