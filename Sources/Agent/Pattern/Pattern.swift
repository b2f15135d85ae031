// Regular expressions in RE2's syntax, matched in time linear to the text whatever the text and the pattern: a
// deterministic automaton that is built as texts need it, each byte a table look-up after the first time. Swift's own
// Regex backtracks and wants a String; the C library's may take exponential time and memory. What is kept of the
// automaton is bounded: past it the matcher starts its memory anew.
// SPDX-License-Identifier: Apache-2.0

/// A compiled pattern. Not thread-safe; matching a text costs about a nanosecond a byte once its states are known.
final class Pattern {
  /// As it was written.
  let text: String
  /// The names of its groups; those without a name are for grouping only.
  let groups: [String]
  private let program: PatternProgram
  private let isWhole: Bool
  /// The column of each byte in the table: bytes that no step tells apart share one.
  private let columns: [UInt8]
  private let columnCount: Int

  private var states: [[Int]] = []
  private var numbers: [[Int]: Int32] = [:]
  private var table: [Int32] = []
  private var matchesNow: [Bool] = []
  private var matchesAtEnd: [Bool?] = []
  private var first: Int32 = -1
  /// Made when groups are looked for first.
  private var search: PatternSearch?

  /// Compiles `text`. It has to match all of a text when `isWhole`, as Prometheus' matchers do, else any part of it.
  init(_ text: String, isWhole: Bool) throws(PatternFault) {
    self.text = text
    self.isWhole = isWhole
    let parsed = try PatternParser.parse(text)
    groups = parsed.groups
    program = try PatternProgram(parsed.tree)
    var columnOf: [[Bool]: UInt8] = [:]
    var columns: [UInt8] = []
    for byte in UInt8.min...UInt8.max {
      let row = program.sets.map { $0.contains(byte) }
      let column = columnOf[row] ?? UInt8(truncatingIfNeeded: columnOf.count)
      columnOf[row] = column
      columns.append(column)
    }
    self.columns = columns
    columnCount = columnOf.count
  }

  /// Whether it matches the bytes of `range`.
  func matches(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    if range.isEmpty { return hasMatch(closure([program.start], isBegin: true, isEnd: true)) }
    if first < 0 { first = number(closure([program.start], isBegin: true, isEnd: false)) }
    var state = first
    for index in range {
      if matchesNow[Int(state)] { return true }
      let place = Int(state) * columnCount + Int(columns[Int(bytes[index])])
      let known = table[place]
      state = known >= 0 ? known : step(state, place, bytes[index])
    }
    return matchesNow[Int(state)] || endMatches(state)
  }

  /// Whether its groups can be looked for, in a bounded time.
  var canFindGroups: Bool { program.steps.count <= Limits.patternGroupSteps }

  /// Looks for the groups of the first match in `range`, of its first ``Limits/patternGroupBytes``; false when there is
  /// none. A group that takes no part in it is nil. Of a whole match groups are not known.
  func find(_ bytes: Span<UInt8>, _ range: Range<Int>, into found: inout [Range<Int>?]) -> Bool {
    if isWhole || !canFindGroups { return false }
    var search = self.search.take() ?? PatternSearch(program, groups: groups.count)
    let isFound = search.find(bytes, range)
    for place in found.indices { found[place] = isFound ? search.group(place) : nil }
    self.search = consume search
    return isFound
  }

  /// Whether it matches `text`.
  func matches(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return matches(bytes.span, 0..<bytes.count)
  }

  /// Finds the state after a byte, and keeps it.
  private func step(_ state: Int32, _ place: Int, _ byte: UInt8) -> Int32 {
    let before = states[Int(state)]
    var after: [Int] = []
    for one in before {
      if case .read(let set, let next) = program.steps[one], program.sets[set].contains(byte) { after.append(next) }
    }
    if !isWhole { after.append(program.start) }
    let found = closure(after, isBegin: false, isEnd: false)
    if states.count >= Limits.patternStates {
      forget()
      return number(found)
    }
    let made = number(found)
    table[place] = made
    return made
  }

  private func forget() {
    states.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    table.removeAll(keepingCapacity: true)
    matchesNow.removeAll(keepingCapacity: true)
    matchesAtEnd.removeAll(keepingCapacity: true)
    first = number(closure([program.start], isBegin: true, isEnd: false))
  }

  private func number(_ state: [Int]) -> Int32 {
    if let known = numbers[state] { return known }
    let made = Int32(truncatingIfNeeded: states.count)
    numbers[state] = made
    states.append(state)
    table.append(contentsOf: repeatElement(-1, count: columnCount))
    // A whole match is one at the end only.
    matchesNow.append(!isWhole && hasMatch(state))
    matchesAtEnd.append(nil)
    return made
  }

  /// Whether it matches when the text ends in this state.
  private func endMatches(_ state: Int32) -> Bool {
    if let known = matchesAtEnd[Int(state)] { return known }
    let ends = hasMatch(closure(states[Int(state)], isBegin: false, isEnd: true))
    matchesAtEnd[Int(state)] = ends
    return ends
  }

  private func hasMatch(_ steps: [Int]) -> Bool { steps.contains { program.steps[$0] == .match } }

  /// The steps that are reached from `steps` without reading, sorted: those that read, wait for the end, or match.
  private func closure(_ steps: [Int], isBegin: Bool, isEnd: Bool) -> [Int] {
    var seen = Set<Int>()
    var open = steps
    var found: [Int] = []
    while let one = open.popLast() {
      if !seen.insert(one).inserted { continue }
      switch program.steps[one] {
      case .split(let left, let right): open += [left, right]
      case .begin(let next): if isBegin { open.append(next) }
      case .end(let next): if isEnd { open.append(next) } else { found.append(one) }
      case .note(_, let next): open.append(next)
      case .read, .match: found.append(one)
      }
    }
    return found.sorted()
  }
}
