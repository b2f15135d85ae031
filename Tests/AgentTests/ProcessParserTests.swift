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
    "Swap of status and calls of io",
    arguments: [
      ("", nil, "", nil), ("VmSwap:\n", nil, "syscr\n", nil), ("VmSwap:\tx kB\n", nil, "syscr: x\n", nil),
      ("VmSwap:\t18446744073709551615 kB\n", nil, "syscr: 18446744073709551616\n", nil),
      ("Name:\tVmSwap:\n", nil, "xsyscr: 7\n", nil), ("VmSwap:\t  -1 kB\n", nil, "syscr: -1\n", nil),
      ("VmSwap:\t       0 kB\n", 0, "syscr: 0\n", 0),
      ("Name:\ta\nVmSwap:\t    2048 kB\n", 2_097_152, "syscw: 3\nsyscr: 4", 4),
    ] as [(String, UInt64?, String, UInt64?)])
  func swap(status: String, swapped: UInt64?, io: String, calls: UInt64?) {
    var figures = ProcessFigures()
    figures.parseStatus(Array(status.utf8).span)
    figures.parseIO(Array(io.utf8).span)
    #expect(figures.swappedBytes == swapped)
    #expect(figures.readCalls == calls)
  }

  @Test(
    "The score by which the kernel chooses whom to kill",
    arguments: [
      ("", nil), ("x\n", nil), ("-5\n", nil), ("12", 12), ("666\n", 666),
    ] as [(String, UInt64?)])
  func score(text: String, score: UInt64?) {
    var figures = ProcessFigures()
    figures.parseOOMScore(Array(text.utf8).span)
    #expect(figures.oomScore == score)
  }

  @Test(
    "Shares of memory",
    arguments: [
      ("", nil, nil), ("Pss\n", nil, nil), ("Pss: x kB\nSwapPss: kB\n", nil, nil), ("Pss_Anon:  5 kB\n", nil, nil),
      ("Pss:  18446744073709551615 kB\n", nil, nil),
      (
        "55b048702000-7fff1291d000 ---p 00000000 00:00 0     [rollup]\nRss:     1764 kB\nPss:      286 kB\nPss_Dirty: 1 kB\n"
          + "Swap:   8 kB\nSwapPss:              4 kB\nLocked:  0 kB\n", 292_864, 4_096
      ),
    ] as [(String, UInt64?, UInt64?)])
  func shares(text: String, resident: UInt64?, swapped: UInt64?) {
    let shares = MemoryShares(Array(text.utf8).span)
    #expect(shares.resident == resident)
    #expect(shares.swapped == swapped)
  }

  @Test(
    "The limit on descriptors is the soft one",
    arguments: [
      ("", nil), ("Max open files", nil), ("Max open files     \n", nil), ("Max open files  x  4096  files\n", nil),
      ("Max open files            123456789012345678901 4096 files\n", nil),
      ("Max processes   5   6   processes\n", nil), ("Max open files 7", 7),
      ("Max open files            unlimited            unlimited            files     \n", .max),
      (
        "Max processes   5   6   processes\nMax open files            1024                 524288               files     \n",
        1_024
      ),
    ] as [(String, UInt64?)])
  func limits(text: String, limit: UInt64?) {
    let found = OpenFilesLimit.parse(Array(text.utf8).span)
    #expect(found == limit)
  }
}
