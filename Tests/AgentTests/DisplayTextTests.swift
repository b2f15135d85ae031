import Testing

@testable import VitalsAgent

@Suite("DisplayText") struct DisplayTextTests {
  @Test(
    "What could steer a terminal or hide text is made visible",
    arguments: [
      ("\u{1B}[31mred\u{1B}[0m", "\u{FFFD}[31mred\u{FFFD}[0m"), ("\u{1B}]0;title\u{07}", "\u{FFFD}]0;title\u{FFFD}"),
      ("\u{9B}31m", "\u{FFFD}31m"), ("a\nb\rc", "a\u{FFFD}b\u{FFFD}c"), ("a\tb", "a b"), ("\0", "\u{FFFD}"),
      ("\u{202E}gpj.exe", "\u{FFFD}gpj.exe"), ("\u{200B}", "\u{FFFD}"), ("\u{2028}", "\u{FFFD}"),
      ("\u{E000}", "\u{FFFD}"), ("\u{FEFF}", "\u{FFFD}"), ("plain", "plain"), ("größer 漢字 🚀", "größer 漢字 🚀"),
    ])
  func safe(_ text: String, _ expected: String) { #expect(DisplayText.safe(text) == expected) }

  @Test(
    "Widths are columns", arguments: [("", 0), ("abc", 3), ("漢字", 4), ("🚀", 2), ("e\u{301}", 1), ("–", 1), ("█", 1)])
  func width(_ text: String, _ expected: Int) { #expect(DisplayText.width(text) == expected) }

  @Test(
    "A cut shows itself and never passes the width",
    arguments: [
      ("abc", 0, ""), ("abc", 1, "…"), ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("漢字漢", 4, "漢…"), ("漢字漢", 5, "漢字…"),
    ])
  func cut(_ text: String, _ columns: Int, _ expected: String) {
    #expect(DisplayText.cut(text, columns) == expected)
    #expect(DisplayText.width(DisplayText.cut(text, columns)) <= columns)
  }
}
