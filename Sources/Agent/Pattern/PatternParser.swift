// Reads RE2's syntax: what Prometheus takes in a matcher and most people in a log rule. Of groups those with a name are
// remembered. Look-around, back-references and word boundaries are refused by name: the first two cannot be matched
// in linear time, and a log's text is an attacker's.
//
// Classes are of ASCII (`\d \w \s`), as RE2's are; `.` is any scalar but a line feed. `(?i)` and `(?s)` hold for what
// follows in their group, as does `(?U)`, which swaps greedy and lazy; `(?i:…)`, `(?:…)` and named groups group.
// SPDX-License-Identifier: Apache-2.0

/// A recursive-descent parser; its depth is bounded.
struct PatternParser {
  private let text: [Unicode.Scalar]
  private var at = 0
  private var foldsCase = false
  private var dotIsAll = false
  private var isUngreedy = false
  private var depth = 0
  private var names: [String] = []

  private init(_ pattern: String) { text = Array(pattern.unicodeScalars) }

  /// The tree of `pattern`, and the names of its groups by number.
  static func parse(_ pattern: String) throws(PatternFault) -> (tree: PatternTree, groups: [String]) {
    var parser = PatternParser(pattern)
    let tree = try parser.choice()
    if parser.at < parser.text.count { throw parser.fault("unexpected )") }
    return (tree, parser.names)
  }

  private func fault(_ message: String) -> PatternFault { PatternFault(offset: at, message: message) }

  private var next: Unicode.Scalar? { at < text.count ? text[at] : nil }

  private mutating func takes(_ scalar: Unicode.Scalar) -> Bool {
    if next != scalar { return false }
    at += 1
    return true
  }

  private mutating func choice() throws(PatternFault) -> PatternTree {
    var branches = [try sequence()]
    while takes("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(PatternFault) -> PatternTree {
    var parts: [PatternTree] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      if ["*", "+", "?"].contains(scalar) { throw fault("nothing to repeat before \(scalar)") }
      let part = try atom()
      parts.append(try repeated(part))
    }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  private mutating func repeated(_ part: PatternTree) throws(PatternFault) -> PatternTree {
    var part = part
    var isRepeated = false
    while let (least, most) = try repetition() {
      if isRepeated { throw fault("repeats a repetition; put it in parentheses") }
      isRepeated = true
      part = .repeated(part, least: least, most: most, isLazy: takes("?") != isUngreedy)
    }
    return part
  }

  /// `*`, `+`, `?` or `{m,n}`; nil when none follows. A brace that is none of these is a brace.
  private mutating func repetition() throws(PatternFault) -> (least: Int, most: Int?)? {
    if takes("*") { return (0, nil) }
    if takes("+") { return (1, nil) }
    if takes("?") { return (0, 1) }
    let start = at
    guard takes("{"), let least = try number() else {
      at = start
      return nil
    }
    var most: Int? = least
    if takes(",") { most = try number() }
    guard takes("}") else {
      at = start
      return nil
    }
    if let most, most < least { throw fault("a repetition's end is before its beginning") }
    return (least, most)
  }

  private mutating func number() throws(PatternFault) -> Int? {
    var value: Int?
    while let digit = next.flatMap({ $0.properties.numericType == .decimal && $0.isASCII ? Int($0.value) - 48 : nil }) {
      value = (value ?? 0) * 10 + digit
      if let value, value > Limits.patternRepeats { throw fault("repeats more than \(Limits.patternRepeats) times") }
      at += 1
    }
    return value
  }

  private mutating func atom() throws(PatternFault) -> PatternTree {
    guard let scalar = next else { return .empty }
    switch scalar {
    case "(": return try group()
    case "[": return .scalars(folded(try scalarClass()))
    case ".":
      at += 1
      return .scalars(dotIsAll ? .all : ScalarSet.lineFeed.inverted)
    case "^":
      at += 1
      return .begin
    case "$":
      at += 1
      return .end
    case "\\": return try escape()
    default:
      at += 1
      return .scalars(folded(ScalarSet([scalar.value...scalar.value])))
    }
  }

  private func folded(_ set: ScalarSet) -> ScalarSet { foldsCase ? set.foldingCase : set }

  private mutating func escape() throws(PatternFault) -> PatternTree {
    if at + 1 < text.count {
      switch text[at + 1] {
      case "A":
        at += 2
        return .begin
      case "z":
        at += 2
        return .end
      case "b", "B": throw fault("word boundaries (\\b, \\B) are not supported")
      default: break
      }
    }
    let set = try PatternEscape.read(text, &at)
    return .scalars(folded(set))
  }

  private mutating func group() throws(PatternFault) -> PatternTree {
    if depth >= Limits.patternDepth { throw fault("groups nest deeper than \(Limits.patternDepth)") }
    let outer = (foldsCase, dotIsAll, isUngreedy)
    at += 1
    var number: Int?
    if takes("?") {
      if takes("P") || next == "<" {
        number = try name()
      } else if try flags() {
        // `(?i)` holds to the end of the group it stands in.
        return .empty
      }
    }
    depth += 1
    let tree = try choice()
    depth -= 1
    if !takes(")") { throw fault("missing )") }
    (foldsCase, dotIsAll, isUngreedy) = outer
    return number.map { .group($0, tree) } ?? tree
  }

  /// Reads what stands behind `(?`; true when the group has no contents.
  private mutating func flags() throws(PatternFault) -> Bool {
    var isOff = false
    while let scalar = next {
      at += 1
      switch scalar {
      case "i": foldsCase = !isOff
      case "s": dotIsAll = !isOff
      case "m": throw fault("the flag m is not supported: a text is one line")
      case "U": isUngreedy = !isOff
      case "-": isOff = true
      case ":": return false
      case ")": return true
      default:
        at -= 1
        throw fault("look-around and conditions are not supported")
      }
    }
    throw fault("missing )")
  }

  /// Reads `<name>`; the group's number.
  private mutating func name() throws(PatternFault) -> Int {
    if !takes("<") || next == "=" || next == "!" {
      throw fault("look-around and back-references are not supported")
    }
    let start = at
    while let scalar = next, scalar != ">" {
      if !scalar.isASCII || !(scalar.properties.isAlphabetic || scalar == "_" || (48...57).contains(scalar.value)) {
        throw fault("a group's name has letters, digits and _ only")
      }
      at += 1
    }
    let name = String(String.UnicodeScalarView(text[start..<at]))
    if !takes(">") { throw fault("missing >") }
    if name.isEmpty { throw PatternFault(offset: start, message: "a group's name is empty") }
    if names.contains(name) { throw PatternFault(offset: start, message: "two groups are called \(name)") }
    if names.count >= Limits.patternGroups {
      throw PatternFault(offset: start, message: "more than \(Limits.patternGroups) groups with names")
    }
    names.append(name)
    return names.count - 1
  }

  private mutating func scalarClass() throws(PatternFault) -> ScalarSet {
    let start = at
    at += 1
    let isInverted = takes("^")
    var set = ScalarSet([])
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      set = set.union(try classPart())
    }
    if !takes("]") {
      at = start
      throw fault("missing ]")
    }
    let all = foldsCase ? set.foldingCase : set
    return isInverted ? all.inverted : all
  }

  private mutating func classPart() throws(PatternFault) -> ScalarSet {
    if let named = try PatternEscape.posixClass(text, &at) { return named }
    let low = try classEnd()
    guard let first = low.single, at + 1 < text.count, text[at] == "-", text[at + 1] != "]" else { return low }
    at += 1
    guard let last = try classEnd().single, last >= first else { throw fault("a range ends before it begins") }
    return ScalarSet([first...last])
  }

  private mutating func classEnd() throws(PatternFault) -> ScalarSet {
    guard let scalar = next else { throw fault("missing ]") }
    if scalar == "\\" { return try PatternEscape.read(text, &at) }
    at += 1
    return ScalarSet([scalar.value...scalar.value])
  }
}

extension ScalarSet {
  /// The scalar that it consists of, when it is one.
  fileprivate var single: UInt32? {
    guard ranges.count == 1, let range = ranges.first, range.count == 1 else { return nil }
    return range.lowerBound
  }
}
