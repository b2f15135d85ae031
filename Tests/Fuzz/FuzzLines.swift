// What the fuzzer calls with each input: every line of it goes through scanners that remember the lines of all inputs
// before, and is held against the plain reader of the tests and against Foundation's. A difference traps; so does a load
// outside the bytes, by the address sanitizer: each line is given with its own end as the buffer's end, and once more with
// others behind it.
// Built by fuzz.py together with the reader's own sources.
// SPDX-License-Identifier: Apache-2.0

private final class Subject {
  private let ways: [[[JSONPath.Step]]]
  private let checksText: Bool
  private var scanner: LineScanner
  private var values: [JSONSlice]

  init(_ paths: [String], checksText: Bool) {
    guard let plan = try? KeyPlan(paths) else { fatalError("a path is refused") }
    ways = paths.map { (try? JSONPath.ways($0)) ?? [] }
    scanner = LineScanner(plan, check: checksText ? .all : .form)
    values = LineScanner.values(of: plan)
    self.checksText = checksText
  }

  /// Reads the line that fills `range` of `bytes`, of which Foundation made `foundation`; `last` is where the scanner is to
  /// look for its end, there or behind it.
  func compare(_ bytes: [UInt8], _ range: Range<Int>, until last: Int, _ foundation: FoundationReader?) {
    let wanted = ReferenceReader.read(Array(bytes[range]), checksText: checksText)
    // Text that is not UTF-8 is refused there always, here when it is checked.
    if checksText || foundation != nil, (foundation == nil) != (wanted == nil) {
      fatalError("Foundation \(foundation == nil ? "refuses" : "accepts"): \(bytes[range])")
    }
    do throws(JSONFailure) {
      let end = try scanner.scan(bytes.span, range.lowerBound..<last, into: &values)
      if end != range.upperBound { fatalError("ends at \(end): \(bytes[range])") }
    } catch {
      if wanted != nil { fatalError("refused as \(error): \(bytes[range])") }
      return
    }
    guard let wanted else { fatalError("accepted: \(bytes[range])") }
    let other = FoundationReader.mixesKeys(wanted) ? nil : foundation
    for (field, ways) in ways.enumerated() {
      let value = wanted.find(ways)
      let found = values[field]
      if found.kind != value?.kind ?? .absent { fatalError("field \(field) is \(found): \(bytes[range])") }
      if let other, !other.agrees(ways, found, bytes.span) {
        fatalError("field \(field) is \(found), and not as Foundation has it: \(bytes[range])")
      }
      guard let value else { continue }
      let place = range.lowerBound + value.range.lowerBound..<range.lowerBound + value.range.upperBound
      if found.range != place { fatalError("field \(field) is at \(found.range): \(bytes[range])") }
      if let text = found.text { _ = bytes.span.string(text) }
      if found.kind == .number, bytes.span.number(found.range) != Double(bytes.span.string(found.range)) {
        fatalError("another number: \(bytes[range])")
      }
    }
  }
}

nonisolated(unsafe) private let subjects = [false, true].flatMap { checksText in
  [
    Subject(["status", "method", "level"], checksText: checksText),
    Subject(["a", "a.b", "$.a[1]", "b", "$.a.b[0].c", "c.d.e", "é"], checksText: checksText),
  ]
}

/// libFuzzer's entry.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  var line = 0
  while line <= bytes.count {
    let end = bytes[line...].firstIndex(of: 10) ?? bytes.count
    let alone = Array(bytes[line..<end])
    let foundation = FoundationReader(alone)
    for subject in subjects {
      subject.compare(bytes, line..<end, until: end, foundation)
      subject.compare(bytes, line..<end, until: bytes.count, foundation)
      subject.compare(alone, 0..<end - line, until: end - line, foundation)
    }
    line = end + 1
  }
  return 0
}
