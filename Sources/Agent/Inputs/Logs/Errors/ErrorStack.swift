// The line of a stack trace that says what happened:
//
//     Traceback (most recent call last):                 Python: the last that begins with an exception's name, also
//       File "app.py", line 17, in pay                   where tracebacks follow each other, or stand in a group
//         raise ValueError("no price")                   behind bars
//     ValueError: no price
//
//     java.lang.IllegalStateException: no price          Java, .NET, JavaScript: the first
//         at com.shop.Orders.pay(Orders.java:17)
//
// Below a line of text stands other text, too: there only what looks like an exception is one.
// SPDX-License-Identifier: Apache-2.0

/// Reads a stack trace line by line. Not thread-safe.
struct ErrorStack {
  /// What was found so far; valid UTF-8 when the lines are.
  private(set) var cause: [UInt8] = []
  private(set) var isPython = false
  private var isFirst = true

  private static let header: StaticString = "Traceback (most recent"
  private static let group: StaticString = "Exception Group Traceback"

  /// Begins another.
  mutating func begin() {
    cause.removeAll(keepingCapacity: true)
    isPython = false
    isFirst = true
  }

  /// Takes the next line; `isTrace` when the text is known to be an exception.
  mutating func add(_ bytes: Span<UInt8>, _ whole: Range<Int>, isTrace: Bool = false) {
    let (line, isIndented) = Self.trimmed(bytes, whole)
    if line.isEmpty { return }
    if Self.begins(bytes, line, Self.header) || Self.begins(bytes, line, Self.group) {
      isPython = true
    } else if isPython {
      if !isIndented, Self.isNamed(bytes, line, asksForError: false) { keep(bytes, line) }
    } else if isFirst, isTrace || Self.isNamed(bytes, line, asksForError: true) {
      keep(bytes, line)
    }
    isFirst = false
  }

  /// Puts an exception's name before what it says, unless it is there already.
  mutating func name(_ name: [UInt8]) {
    if name.isEmpty { return }
    if cause.isEmpty { return cause = name }
    var start = 0
    while start + name.count <= cause.count {
      if cause[start..<start + name.count].elementsEqual(name) { return }
      start += 1
    }
    cause.insert(contentsOf: name + ": ".utf8, at: 0)
    cause.cut(to: Limits.errorTextBytes)
  }

  private mutating func keep(_ bytes: Span<UInt8>, _ line: Range<Int>) {
    cause.removeAll(keepingCapacity: true)
    for index in line { cause.append(bytes[index]) }
    cause.cut(to: Limits.errorTextBytes)
  }

  /// A line without white space around it and without the bars of Python's groups, and whether it was indented.
  private static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> (Range<Int>, isIndented: Bool) {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, bytes[end - 1] <= 0x20 { end -= 1 }
    var before = start
    while start < end, bytes[start] == 0x20 || bytes[start] == 9 { start += 1 }
    if start + 1 < end, bytes[start] == UInt8(ascii: "|") || bytes[start] == UInt8(ascii: "+"), bytes[start + 1] == 0x20
    {
      start += 2
      before = start
      while start < end, bytes[start] == 0x20 { start += 1 }
    }
    return (start..<end, start > before)
  }

  private static func begins(_ bytes: Span<UInt8>, _ line: Range<Int>, _ word: StaticString) -> Bool {
    let end = line.lowerBound + word.utf8CodeUnitCount
    return end <= line.upperBound && bytes.equals(line.lowerBound..<end, word)
  }

  /// Whether a line is a name, or begins with one and a colon; when it `asksForError`, one that exceptions have.
  private static func isNamed(_ bytes: Span<UInt8>, _ line: Range<Int>, asksForError: Bool) -> Bool {
    var end = line.lowerBound
    while end < line.upperBound, isNameByte(bytes[end]) { end += 1 }
    guard end > line.lowerBound, end == line.upperBound || bytes[end] == UInt8(ascii: ":") else { return false }
    if bytes[line.lowerBound] &- UInt8(ascii: "0") <= 9 { return false }
    if !asksForError { return true }
    let name = line.lowerBound..<end
    return ends(bytes, name, "Exception") || ends(bytes, name, "Error") || ends(bytes, name, "Throwable")
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") <= 9
      || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
  }

  private static func ends(_ bytes: Span<UInt8>, _ name: Range<Int>, _ word: StaticString) -> Bool {
    let start = name.upperBound - word.utf8CodeUnitCount
    return start >= name.lowerBound && bytes.equals(start..<name.upperBound, word)
  }
}
