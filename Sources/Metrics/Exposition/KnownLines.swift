// The lines of an exposition in the order in which they came, beside those of the last one that may come again. While
// all come as they did, they stay where they are; from the first change on, the last exposition's are put aside, and the
// lines that come are noted behind each other. So a scrape of a steady agent writes a few numbers a line.
// SPDX-License-Identifier: Apache-2.0

/// What is known of the lines of this exposition and of those that it follows. Not thread-safe, as the gate that has it.
struct KnownLines {
  /// This exposition's lines; while it is steady, those from `next` on are the last one's.
  private var lines: [KnownLine] = []
  /// The label set of each, which keeps its identity from becoming another's.
  private var labels: [LabelSet] = []
  /// The last exposition's, once this one is another.
  private var lastLines: [KnownLine] = []
  private var lastLabels: [LabelSet] = []
  private var isSteady = false
  /// Which of the last exposition's lines is to come, and where those of its family end.
  private var next = 0
  private var end = 0

  /// Lines of this exposition so far.
  var count: Int { isSteady ? next : lines.count }

  /// Lines of the last exposition.
  var lastCount: Int { isSteady ? lines.count : lastLines.count }

  /// Begins an exposition, which may follow the last one.
  mutating func begin(following: Bool) {
    if !following {
      lines.removeAll(keepingCapacity: true)
      labels.removeAll(keepingCapacity: true)
    } else if isSteady {
      cut()
    }
    (lastLines, lastLabels) = ([], [])
    isSteady = following
    (next, end) = (0, 0)
  }

  /// A family comes in its turn, whose lines stood at these places the last time.
  mutating func enter(_ places: Range<Int>) {
    if isSteady, next != places.lowerBound { putAside() }
    (next, end) = (places.lowerBound, places.upperBound)
  }

  /// No further line of the present family is known.
  mutating func stop() { end = next }

  /// The last exposition is not followed any more.
  mutating func leave() {
    stop()
    if !isSteady { return }
    cut()
    isSteady = false
  }

  /// The line that is to come; nil when none is known.
  @inline(__always) var known: KnownLine? {
    if next >= end { return nil }
    return isSteady ? lines[next] : lastLines[next]
  }

  /// The line that is known came again, and its head stands elsewhere.
  @inline(__always) mutating func follow(_ line: KnownLine) {
    if isSteady {
      lines[next] = line
    } else {
      lines.append(line)
      labels.append(lastLabels[next])
    }
    next &+= 1
  }

  /// Takes a line that is the known one, to be rendered; false when it is another.
  mutating func take(_ set: LabelSet) -> Bool {
    if next >= end || set != (isSteady ? labels[next] : lastLabels[next]) { return false }
    if isSteady { labels[next] = set } else { append(lastLines[next], set) }
    next &+= 1
    lines[count &- 1].labels = set.identity
    lines[count &- 1].forgetHead()
    return true
  }

  /// Takes a line that is not known.
  mutating func append(_ line: KnownLine, _ set: LabelSet) {
    putAside()
    lines.append(line)
    labels.append(set)
  }

  /// Notes where the head of the last line stands.
  mutating func set(head: Range<Int>, hasMetadata: Bool) {
    if count > 0 { lines[count &- 1].set(head: head, hasMetadata: hasMetadata) }
  }

  /// The label sets of a family in this exposition so far, none of which stands before `first`.
  func labels(of family: Int, from first: Int) -> [LabelSet] {
    (max(0, first)..<max(0, first, count)).filter { lines[$0].family == family }.map { labels[$0] }
  }

  private mutating func cut() {
    lines.removeLast(lines.count - next)
    labels.removeLast(labels.count - next)
  }

  private mutating func putAside() {
    if !isSteady { return }
    (lastLines, lastLabels) = (lines, labels)
    cut()
    isSteady = false
  }
}
