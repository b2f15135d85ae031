// What the groups of a rule's patterns matched in one line. Copied out of it, since a text with escapes is decoded first.
// SPDX-License-Identifier: Apache-2.0

/// The texts of groups by number. One is used for line after line. Not thread-safe; no heap once the texts have been seen.
struct RuleGroups {
  private var texts: [[UInt8]]
  private var isThere: [Bool]
  private var decoded: [UInt8] = []
  private var found: [Range<Int>?] = []

  /// Room for so many.
  init(_ count: Int) {
    texts = [[UInt8]](repeating: [], count: count)
    isThere = [Bool](repeating: false, count: count)
  }

  /// The text of a group; nil when it took no part in a match.
  subscript(number: Int) -> [UInt8]? { isThere[number] ? texts[number] : nil }

  /// Looks for all groups in a line. Of a group in several patterns the first counts that took part.
  mutating func read(_ captures: [LogRule.Capture], _ line: LogValues, _ bytes: Span<UInt8>) {
    for number in isThere.indices { isThere[number] = false }
    for capture in captures {
      if let string = line.value(capture.field)?.text, string.isPlain {
        take(capture, bytes, string.range)
        continue
      }
      decoded.removeAll(keepingCapacity: true)
      guard line.append(capture.field, in: bytes, to: &decoded) else { continue }
      let text = decoded
      take(capture, text.span, 0..<text.count)
    }
  }

  private mutating func take(_ capture: LogRule.Capture, _ bytes: Span<UInt8>, _ range: Range<Int>) {
    found.removeAll(keepingCapacity: true)
    for _ in capture.numbers { found.append(nil) }
    guard capture.pattern.find(bytes, range, into: &found) else { return }
    for (place, number) in capture.numbers.enumerated() {
      guard let number, !isThere[number], let range = found[place] else { continue }
      isThere[number] = true
      texts[number].removeAll(keepingCapacity: true)
      for index in range { texts[number].append(bytes[index]) }
    }
  }
}

extension LogRule.Source {
  /// Appends the value as a label shows it, as valid UTF-8; false when there is none.
  func append(_ line: LogValues, _ bytes: Span<UInt8>, _ groups: RuleGroups, to text: inout [UInt8]) -> Bool {
    switch self {
    case .field(let field): return line.append(field, in: bytes, to: &text)
    case .group(let number):
      guard let found = groups[number] else { return false }
      text.append(contentsOf: found)
      return true
    }
  }

  /// Whether the line has it.
  func isThere(_ line: LogValues, _ groups: RuleGroups) -> Bool {
    switch self {
    case .field(let field): line.value(field) != nil
    case .group(let number): groups[number] != nil
    }
  }

  /// The value as a number, when it is one.
  func number(_ line: LogValues, _ bytes: Span<UInt8>, _ groups: RuleGroups) -> Double? {
    switch self {
    case .field(let field): return line.number(field, in: bytes)
    case .group(let number):
      guard let found = groups[number] else { return nil }
      return found.span.double(0..<found.count)
    }
  }
}
