import Testing

@testable import VitalsAgent

@Suite("Pages of the start") struct StartPagesTests {
  @Test(
    "Only what is a file's, may not be written and nobody has changed is given back",
    arguments: [
      ("", []), ("garbage\n\n:\n- r-xp /\n", []), ("1000-2000 r-xp 0 fe:00 1 /a\n", []),
      ("1000-2000 r-xp 0 fe:00 1 /a\nAnonymous: 4 kB\n", []),
      ("1000-2000 r-xp 0 00:00 0 [vdso]\nAnonymous: 0 kB\n", []),
      ("1000-2000 r--p 0 fe:00 1 /a\nAnonymous: 8 kB\n", []), ("1000-2000 r--s 0 fe:00 1 /a\nAnonymous: 0 kB\n", []),
      ("1000-2000 rw-p 0 fe:00 1 /a\nAnonymous: 0 kB\n", []), ("1000-2000 rwxp 0 fe:00 1 /a\nAnonymous: 0 kB\n", []),
      ("2000-1000 r-xp 0 fe:00 1 /a\nAnonymous: 0 kB\n", []), ("x-y r-xp 0 fe:00 1 /a\nAnonymous: 0 kB\n", []),
      ("1000-2000 r-xp 0 fe:00 1 /a\n3000-4000 rw-p 0 0 0\nAnonymous: 0 kB\n", []),
      ("1000-2000 r-xp 0 fe:00 1    /usr/bin/my agent\nSize: 4 kB\nAnonymous:   0 kB\n", [0x1000..<0x2000]),
      ("1000-2000 r--p 0 fe:00 1 /a\nAnonymous: 0 kB\n", [0x1000..<0x2000]),
    ] as [(String, [Range<UInt>])])
  func unchanged(text: String, expected: [Range<UInt>]) {
    #expect(StartPages.unchanged(Array(text.utf8).span) == expected)
  }

  @Test("What runs goes on running, and without /proc nothing happens")
  func release() {
    #expect(StartPages.release() > 0)
    #expect(StartPages.release("/nowhere/smaps") == 0)
  }
}
