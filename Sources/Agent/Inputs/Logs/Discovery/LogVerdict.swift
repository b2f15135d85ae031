// Whether a file that a service writes is a log: by the lines at its front and at its end, of which half or more must say
// what only logs say, a level, a request, or a time and a message, in a form that is known. Databases, caches and plain
// data do not.
// SPDX-License-Identifier: Apache-2.0

/// Judges the contents of files.
enum LogVerdict {
  /// Whether these lines are a log's; nil when there is no whole line to tell by.
  static func isLog(_ text: [UInt8]) -> Bool? {
    guard let last = text.lastIndex(of: 10) else { return text.count >= Limits.openLogBytes ? false : nil }
    // No log has zeros in its lines; those of a hole stand before them.
    let start = text.firstIndex { $0 != 0 } ?? 0
    if start > last || text[start...last].contains(0) { return false }
    let bytes = text.span
    var reader = FormReader()
    reader.look(ahead: bytes)
    var (lines, known) = (0, 0)
    var pieces = Splitter.lines(bytes)
    while let piece = pieces.next(in: bytes), piece.upperBound <= last {
      let range = max(piece.lowerBound, start)..<max(piece.upperBound, start)
      if range.isEmpty { continue }
      switch reader.read(bytes, range) {
      case .record:
        lines += 1
        if isKnown(reader.line) { known += 1 }
      case .records:
        lines += 1
        known += 1
      case .continuation: continue
      case .broken: lines += 1
      }
    }
    return lines == 0 ? nil : known * 2 >= lines
  }

  private static func isKnown(_ line: borrowing LogLine) -> Bool {
    if line.form == LogForms.access || line[.level].isThere { return true }
    if line[.status].isThere, line[.path].isThere || line[.request].isThere { return true }
    return line[.time].isThere && (line[.message].isThere || line[.event].isThere)
  }

  /// The same of an open file: its front and its end.
  static func isLog(_ descriptor: borrowing FileDescriptor, size: Int64) throws(SystemError) -> Bool? {
    var front: [UInt8] = []
    try descriptor.read(into: &front, count: Limits.openLogBytes, at: 0)
    let isWhole = size <= Int64(Limits.openLogBytes)
    let first = isLog(front)
    if isWhole || first == false { return first }
    var end: [UInt8] = []
    try descriptor.read(into: &end, count: Limits.openLogBytes, at: size - Int64(Limits.openLogBytes))
    guard let feed = end.firstIndex(of: 10) else { return false }
    return isLog(Array(end[(feed + 1)...])) ?? first
  }
}
