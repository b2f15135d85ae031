// A pattern as steps over bytes: Thompson's construction, with scalars cut into the byte sequences of UTF-8. The number
// of steps is bounded, so that `((a{1000}){1000})` is refused rather than built.
// SPDX-License-Identifier: Apache-2.0

/// What a matcher walks over. A value, made once a pattern.
struct PatternProgram: Sendable {
  /// One step.
  enum Step: Hashable, Sendable {
    /// Reads one byte of the set with this number.
    case read(Int, next: Int)
    /// Goes on in two places, the first of which is preferred.
    case split(Int, Int)
    /// Goes on at the text's beginning only.
    case begin(next: Int)
    /// Goes on at the text's end only.
    case end(next: Int)
    /// Notes the place in a text: where a group begins, or ends behind it.
    case note(Int, next: Int)
    /// It matches.
    case match
  }

  private(set) var steps: [Step] = [.match]
  private(set) var sets: [ByteSet] = []
  /// Where it begins.
  private(set) var start = 0
  private var setNumbers: [ByteSet: Int] = [:]

  /// Compiles `tree`.
  init(_ tree: PatternTree) throws(PatternFault) { start = try add(tree, next: 0) }

  private mutating func append(_ step: Step) throws(PatternFault) -> Int {
    if steps.count >= Limits.patternSteps {
      throw PatternFault(offset: 0, message: "takes more than \(Limits.patternSteps) steps; use smaller repetitions")
    }
    steps.append(step)
    return steps.count - 1
  }

  /// Adds what matches `tree` and goes on at `next`; where it begins. Built from the end.
  private mutating func add(_ tree: PatternTree, next: Int) throws(PatternFault) -> Int {
    switch tree {
    case .empty: return next
    case .begin: return try append(.begin(next: next))
    case .end: return try append(.end(next: next))
    case .scalars(let set): return try add(set, next: next)
    case .sequence(let parts):
      var after = next
      for part in parts.reversed() { after = try add(part, next: after) }
      return after
    case .choice(let branches):
      var entry: Int?
      for branch in branches.reversed() {
        let begin = try add(branch, next: next)
        if let other = entry { entry = try append(.split(begin, other)) } else { entry = begin }
      }
      return entry ?? next
    case .repeated(let part, let least, let most, let isLazy):
      return try add(part, least: least, most: most, isLazy: isLazy, next: next)
    case .group(let number, let part):
      let end = try append(.note(2 * number + 1, next: next))
      return try append(.note(2 * number, next: try add(part, next: end)))
    }
  }

  private mutating func add(
    _ part: PatternTree, least: Int, most: Int?, isLazy: Bool, next: Int
  ) throws(PatternFault) -> Int {
    var after = next
    if let most {
      for _ in least..<most {
        let begin = try add(part, next: after)
        // What may follow is left out at once: each of them goes to the end.
        after = try append(isLazy ? .split(next, begin) : .split(begin, next))
      }
    } else {
      let loop = try append(.match)
      let begin = try add(part, next: loop)
      steps[loop] = isLazy ? .split(next, begin) : .split(begin, next)
      after = loop
    }
    for _ in 0..<least { after = try add(part, next: after) }
    return after
  }

  private mutating func add(_ set: ScalarSet, next: Int) throws(PatternFault) -> Int {
    var entry: Int?
    var single = ByteSet()
    var hasSingle = false
    for range in set.ranges {
      for sequence in UTF8Ranges.split(range) {
        if sequence.count == 1 {
          for byte in sequence[0] { single.insert(byte) }
          hasSingle = true
          continue
        }
        var after = next
        for bytes in sequence.reversed() { after = try append(.read(number(ByteSet(bytes)), next: after)) }
        if let other = entry { entry = try append(.split(after, other)) } else { entry = after }
      }
    }
    if hasSingle || entry == nil {
      let begin = try append(.read(number(single), next: next))
      if let other = entry { entry = try append(.split(begin, other)) } else { entry = begin }
    }
    return entry ?? next
  }

  private mutating func number(_ set: ByteSet) -> Int {
    if let known = setNumbers[set] { return known }
    sets.append(set)
    setNumbers[set] = sets.count - 1
    return sets.count - 1
  }
}
