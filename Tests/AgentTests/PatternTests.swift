import Foundation
import Testing

@testable import VitalsAgent

/// Patterns: what is refused and why, what matches, and that another engine agrees.
@Suite("Patterns") struct PatternTests {
  @Test(
    "What RE2 refuses, or cannot be matched in linear time, is refused by name",
    arguments: [
      ("a**", 3, "repeats a repetition; put it in parentheses"), ("*a", 0, "nothing to repeat before *"),
      ("a|+", 2, "nothing to repeat before +"), ("(a", 2, "missing )"), ("a)", 1, "unexpected )"),
      ("[a", 0, "missing ]"),
      ("[]", 0, "missing ]"), ("[z-a]", 4, "a range ends before it begins"),
      ("a{3,2}", 6, "a repetition's end is before its beginning"),
      ("a{1001}", 5, "repeats more than 1000 times"), ("a\\", 1, "a backslash at the end"),
      ("\\bfoo", 0, "word boundaries (\\b, \\B) are not supported"),
      ("\\pL", 0, "Unicode classes (\\p) are not supported"),
      ("\\1", 0, "the escape \\1 is not supported"), ("(?=a)", 2, "look-around and conditions are not supported"),
      ("(?<=a)", 3, "look-around and back-references are not supported"),
      ("(?P=a)", 3, "look-around and back-references are not supported"),
      ("(?m)a", 3, "the flag m is not supported: a text is one line"), ("(?i", 3, "missing )"),
      ("[[:nope:]]", 1, "no class is called [:nope:]"),
      ("\\xZZ", 0, "\\x wants two hexadecimal digits, or some in braces"),
      ("(?<a>x)(?<a>y)", 10, "two groups are called a"), ("(?<>x)", 3, "a group's name is empty"),
      ("(?<a-b>x)", 4, "a group's name has letters, digits and _ only"), ("(?<a", 4, "missing >"),
      ((0..<17).map { "(?<g\($0)>x)" }.joined(), 137, "more than 16 groups with names"),
      ("((a{1000}){1000})", 0, "takes more than 4000 steps; use smaller repetitions"),
      (String(repeating: "(", count: 200), 100, "groups nest deeper than 100"),
    ])
  func refused(pattern: String, offset: Int, message: String) {
    #expect(throws: PatternFault(offset: offset, message: message)) { try Pattern(pattern, isWhole: false) }
  }

  @Test(
    "Part of a text, and the whole of it",
    arguments: [
      ("", "", true, true), ("", "a", true, false), ("a", "xay", true, false), ("a|b", "b", true, true),
      ("a|", "b", true, false), ("^a", "ba", false, false), ("a$", "ab", false, false), ("^$", "", true, true),
      ("$^", "", true, true), ("$^", "a", false, false), (".", "\n", false, false), ("(?s).", "\n", true, true),
      ("(?i)grüsse", "GRüSSE", true, true), ("(?i:a)b", "AB", false, false), ("(?i:a)b", "Ab", true, true),
      ("((?i)a)b", "Ab", true, true), ("((?i)a)b", "AB", false, false), ("[^a]", "é", true, true),
      ("^..$", "é", false, false),
      ("[à-ü]+", "éè", true, true), ("\\x{1F600}", "😀", true, true),
      ("[\\x{800}-\\x{10FFFF}]", "\u{7FF}", false, false),
      ("[\\x{800}-\\x{10FFFF}]", "\u{FFFF}", true, true), ("\\d+ms", "took 12ms", true, false),
      ("[[:alpha:]_]+", "a_b", true, true),
      ("[]a]", "]", true, true), ("[a-]", "-", true, true), ("a{,2}", "a{,2}", true, true),
      ("(?P<x>a)(?<y>b)", "ab", true, true),
      ("\\Aab\\z", "ab", true, true), ("a.c", "a\u{10FFFF}c", true, true),
      ("timeout|(reset by peer)", "reset by peer", true, true),
    ])
  func matches(pattern: String, text: String, part: Bool, whole: Bool) throws {
    #expect(try Pattern(pattern, isWhole: false).matches(text) == part)
    #expect(try Pattern(pattern, isWhole: true).matches(text) == whole)
  }

  @Test("Bytes that are not UTF-8 match nothing but what stands beside them")
  func invalid() throws {
    let bytes: [UInt8] = [0x61, 0xFF, 0x62]
    #expect(try Pattern("a.b", isWhole: false).matches(bytes.span, 0..<3) == false)
    #expect(try Pattern("b$", isWhole: false).matches(bytes.span, 0..<3))
  }

  @Test("A pattern that would be exponential for a backtracking matcher ends, within its bound of states")
  func hostile() throws {
    let text = String(repeating: "a", count: 20_000) + "!"
    #expect(try !Pattern("^(a+)+$", isWhole: false).matches(text))
    #expect(try !Pattern("(a|aa)*b", isWhole: true).matches(text))
    // Every subset of places is a state of its own: the memory is started anew again and again.
    let wide = try Pattern("[ab]*a[ab]{14}c", isWhole: true)
    var random = SeededGenerator(seed: 5)
    let letters = (0..<20_000).map { _ in Bool.random(using: &random) ? "a" : "b" }.joined()
    #expect(!wide.matches(letters))
    #expect(wide.matches(letters + "a" + String(repeating: "b", count: 14) + "c"))
  }

  @Test("Foundation's matcher agrees on random patterns and texts")
  func agrees() throws {
    var random = SeededGenerator(seed: 11)
    var compared = 0
    for _ in 0..<2_000 {
      let pattern = Self.pattern(depth: 2, &random)
      let part = try NSRegularExpression(pattern: "(?:\(pattern))")
      let whole = try NSRegularExpression(pattern: "\\A(?:\(pattern))\\z")
      let ours = (try Pattern(pattern, isWhole: false), try Pattern(pattern, isWhole: true))
      for _ in 0..<5 {
        let text = String(
          (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in "abcxé1 ".randomElement(using: &random) })
        let range = NSRange(text.startIndex..., in: text)
        compared += 1
        #expect(ours.0.matches(text) == (part.firstMatch(in: text, range: range) != nil), "\(pattern) in \(text)")
        #expect(ours.1.matches(text) == (whole.firstMatch(in: text, range: range) != nil), "\(pattern) is \(text)")
      }
    }
    #expect(compared == 10_000)
  }

  /// What the groups of a pattern match; nil when it does not.
  private static func groups(_ pattern: String, _ text: String) throws -> [String?]? {
    let pattern = try Pattern(pattern, isWhole: false)
    var found = [Range<Int>?](repeating: nil, count: pattern.groups.count)
    let bytes = Array(text.utf8)
    if !pattern.find(bytes.span, 0..<bytes.count, into: &found) { return nil }
    return found.map { $0.map { String(decoding: bytes[$0], as: UTF8.self) } }
  }

  @Test(
    "Groups with names: of the first match, greedy or lazy as it is written, the last turn of a repetition",
    arguments: [
      ("(?<a>x)", "ab", nil), ("^(?<a>b)", "ab", nil), ("(?<a>a)$", "ab", nil), ("(?<a>$)", "ab", [""]),
      ("(?P<shop>[a-z]+)-(?<n>\\d+)", "at shop-17, bar-3", ["shop", "17"]),
      ("(?<a>a+)(?<b>a*)", "aaa", ["aaa", ""]), ("(?<a>a+?)(?<b>a*)", "aaa", ["a", "aa"]),
      ("(?U)(?<a>a+)(?<b>a*)$", "aaa", ["a", "aa"]), ("(?U)(?<a>a+?)(?<b>a*)", "aaa", ["aaa", ""]),
      ("(?<a>a|ab)(?<b>c|bcd)?", "abcd", ["a", "bcd"]), ("(?:(?<a>a)|(?<b>b))+", "ab", ["a", "b"]),
      ("x(?<a>a)?", "xb", [nil]), ("(?:(?<a>[ab]),?)*", "a,b", ["b"]),
      ("took (?<ms>[\\d.]+) ms", "é took 1.5 ms", ["1.5"]),
      ("(?<a>.*)=(?<b>.*)", "x=y=z", ["x=y", "z"]), ("(?<a>)", "", [""]), ("(?<a>(?<b>é)+)", "éé", ["éé", "é"]),
    ] as [(String, String, [String?]?)])
  func groups(pattern: String, text: String, wanted: [String?]?) throws {
    #expect(try Self.groups(pattern, text) == wanted)
  }

  @Test("Groups are looked for in the beginning of a text, and a cut is not its end")
  func long() throws {
    let text = String(repeating: "a", count: Limits.patternGroupBytes + 10)
    #expect(try Self.groups("(?<a>a+)", text) == [String(text.prefix(Limits.patternGroupBytes))])
    #expect(try Self.groups("(?<a>a+)$", text) == nil)
    #expect(try Self.groups("(?<a>b)", text + "b") == nil)
    // Each of so many ways is followed over each byte; a backtracking matcher would not end.
    #expect(try Self.groups("(?<a>(a?){99}(a*)*$)", String(text.prefix(4_000)))?.first??.count == 4_000)
    #expect(try !Pattern("(?<a>(a{999}){2})", isWhole: false).canFindGroups)
  }

  @Test("Foundation's matcher finds the same groups in random patterns and texts")
  func sameGroups() throws {
    var random = SeededGenerator(seed: 12)
    var found = 0
    for _ in 0..<500 {
      let inner = (0..<3).map { _ in Self.flat(&random) }
      let lazy = Bool.random(using: &random) ? "?" : ""
      let pattern = "(?<g>\(inner[0]))(?:\(inner[1]))*\(lazy)(?<h>\(inner[2]))"
      let theirs = try NSRegularExpression(pattern: pattern)
      // Where a turn of a repetition may be empty, engines differ.
      let mayBeEmpty = try Pattern(inner[1], isWhole: true).matches("")
      if mayBeEmpty { continue }
      for _ in 0..<5 {
        let text = String(
          (0..<Int.random(in: 0...8, using: &random)).compactMap { _ in "abcxé1 ".randomElement(using: &random) })
        let match = theirs.firstMatch(in: text, range: NSRange(text.startIndex..., in: text))
        let wanted = match.map { match in
          ["g", "h"].map { Range(match.range(withName: $0), in: text).map { String(text[$0]) } }
        }
        #expect(try Self.groups(pattern, text) == wanted, "\(pattern) in \(text)")
        found += wanted == nil ? 0 : 1
      }
    }
    #expect(found > 100)
  }

  /// A pattern without groups, greedy and lazy.
  private static func flat(_ random: inout SeededGenerator) -> String {
    (0..<Int.random(in: 1...2, using: &random)).map { _ in
      let atom = ["a", "b", ".", "[ab]", "[^a]", "\\d", "é"].randomElement(using: &random) ?? "a"
      return atom + (["", "", "*", "+", "?", "{1,2}", "*?", "+?", "??"].randomElement(using: &random) ?? "")
    }.joined()
  }

  private static func pattern(depth: Int, _ random: inout SeededGenerator) -> String {
    let atoms = ["a", "b", "c", ".", "[ab]", "[^a]", "\\d", "é", "(a|b)", "(?:ab)", "(c?)", "[a-cé]"]
    var text = ""
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      if Int.random(in: 0..<8, using: &random) == 0 {
        text += Bool.random(using: &random) ? "^" : "$"
        continue
      }
      var atom = atoms.randomElement(using: &random) ?? "a"
      if depth > 0, Bool.random(using: &random) {
        atom = "(\(pattern(depth: depth - 1, &random))|\(pattern(depth: depth - 1, &random)))"
      }
      let repetition = ["", "", "*", "+", "?", "{2}", "{1,3}", "{0,2}"].randomElement(using: &random) ?? ""
      text += atom + repetition
    }
    return text
  }
}
