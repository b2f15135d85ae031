// Where the groups of a match stand. The automaton of ``Pattern`` says only that there is one; here all ways through the
// steps are followed at once, byte by byte, each with the places that it has noted, better ones first: Pike's machine. A
// step is looked at once a byte whatever the pattern, so that the time is bounded by their product. The first match
// counts, and of those that begin there the one that a backtracking matcher would find, as in RE2.
// SPDX-License-Identifier: Apache-2.0

/// Finds groups in one text after another. Not thread-safe; no heap after the first text.
struct PatternSearch {
  /// Steps that are reached, in the order of preference, with the places that were noted on the way.
  private struct Front {
    var steps: [Int] = []
    var places: [Int] = []
    /// The turn in which each step was reached last.
    var reached: [Int]

    init(_ count: Int) { reached = [Int](repeating: -1, count: count) }

    mutating func clear() {
      steps.removeAll(keepingCapacity: true)
      places.removeAll(keepingCapacity: true)
    }

    mutating func begin() {
      clear()
      for step in reached.indices { reached[step] = -1 }
    }
  }

  /// What is still to be done on the ways from one step.
  private enum Task {
    case visit(Int)
    /// Takes back what was noted.
    case restore(Int, Int)
  }

  private let program: PatternProgram
  private let width: Int
  /// Kept for their memory.
  private var fronts: (Front, Front)
  private var tasks: [Task] = []
  /// The places of the way that is being followed, and of the best match; -1 for none.
  private var noted: [Int]
  private var best: [Int]

  /// For a pattern with so many groups.
  init(_ program: PatternProgram, groups: Int) {
    self.program = program
    width = 2 * groups
    fronts = (Front(program.steps.count), Front(program.steps.count))
    noted = [Int](repeating: -1, count: width)
    best = noted
  }

  /// Where a group of the last match stands.
  func group(_ number: Int) -> Range<Int>? {
    let (start, end) = (best[2 * number], best[2 * number + 1])
    return start >= 0 && end >= start ? start..<end : nil
  }

  /// Looks for the first match; false when there is none.
  mutating func find(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let end = min(range.upperBound, range.lowerBound + Limits.patternGroupBytes)
    var isFound = false
    var (front, next) = (Front(0), Front(0))
    swap(&front, &fronts.0)
    swap(&next, &fronts.1)
    front.begin()
    next.begin()
    for at in range.lowerBound...end {
      if !isFound {
        for place in 0..<width { noted[place] = -1 }
        let isBegin = at == range.lowerBound
        reach(&front, program.start, at, isBegin: isBegin, isEnd: at == range.upperBound)
      }
      if front.steps.isEmpty {
        if isFound { break }
        continue
      }
      isFound = step(bytes, at, front, &next, end: end, isWhole: end == range.upperBound) || isFound
      swap(&front, &next)
      next.clear()
    }
    swap(&front, &fronts.0)
    swap(&next, &fronts.1)
    return isFound
  }

  /// Goes on from all steps over the byte at a place; true when one of them matches there: those behind it are worse.
  private mutating func step(
    _ bytes: Span<UInt8>, _ at: Int, _ front: borrowing Front, _ next: inout Front, end: Int, isWhole: Bool
  ) -> Bool {
    for place in front.steps.indices {
      switch program.steps[front.steps[place]] {
      case .match:
        for slot in 0..<width { best[slot] = front.places[place * width + slot] }
        return true
      case .read(let set, let after):
        guard at < end, program.sets[set].contains(bytes[at]) else { continue }
        for slot in 0..<width { noted[slot] = front.places[place * width + slot] }
        reach(&next, after, at + 1, isBegin: false, isEnd: isWhole && at + 1 == end)
      case .split, .begin, .end, .note: continue
      }
    }
    return false
  }

  /// Adds the steps that are reached from one without reading.
  private mutating func reach(_ front: inout Front, _ step: Int, _ at: Int, isBegin: Bool, isEnd: Bool) {
    tasks.append(.visit(step))
    while let task = tasks.popLast() {
      guard case .visit(let one) = task else {
        if case .restore(let slot, let place) = task { noted[slot] = place }
        continue
      }
      if front.reached[one] == at { continue }
      front.reached[one] = at
      switch program.steps[one] {
      case .split(let left, let right):
        tasks.append(.visit(right))
        tasks.append(.visit(left))
      case .begin(let after): if isBegin { tasks.append(.visit(after)) }
      case .end(let after): if isEnd { tasks.append(.visit(after)) }
      case .note(let slot, let after):
        tasks.append(.restore(slot, noted[slot]))
        noted[slot] = at
        tasks.append(.visit(after))
      case .read, .match:
        front.steps.append(one)
        front.places.append(contentsOf: noted)
      }
    }
  }
}
