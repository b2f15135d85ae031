// Finds out how a file's lines are written, and reads them so. A line that begins with `{` is JSON, whose form is told by
// its keys; others are an access line, pairs, or text. Forms may be mixed, as a server's lines and its framework's are:
// each line is read in the form that it fits best.
//
// To look for the keys of all forms is dear, so that a file's plan has those that were seen in it. All are looked for in
// the first lines, in some later ones, and in those that fit none of the file's: a service that changes its logger is
// read right from the first new line on.
// SPDX-License-Identifier: Apache-2.0

/// Reads the lines of one file. Not thread-safe; no heap for lines of known forms whose keys are plain.
struct FormReader {
  /// What a line is.
  enum Outcome: Equatable {
    /// ``line`` has it.
    case record
    /// ``records`` says where they are; each is for ``readRecord(_:_:)``.
    case records
    /// It belongs to the line before: a stack trace, a message of several lines.
    case continuation
    /// It is no line of this log.
    case broken(JSONFailure)
  }

  private static let everything = FormPlan(LogForms.json)
  private static let logfmt = FormPlan([LogForms.logfmt])
  private static let otlp = FormPlan([LogForms.otlp])

  /// The values of the last line, or record.
  private(set) var line = LogLine()
  /// The records of the last line.
  private(set) var records: [Range<Int>] = []
  /// What is known of the file.
  var memory = FormMemory()
  /// Room for the values of lines with these forms.
  private var fields = LineFields([])
  private var fieldForms: [Int] = []
  private var logfmtFields = FormReader.logfmt.fields
  private var otlpFields = FormReader.otlp.fields

  /// The keys of the last line's form, by ``LogLine/key(_:)``.
  var paths: [String] {
    switch line.form {
    case LogForms.logfmt: Self.logfmt.paths
    case LogForms.otlp: Self.otlp.paths
    default: memory.plan.paths
    }
  }

  /// Looks at what comes first, once: text before the first line of JSON is known for what it is then.
  mutating func look(ahead bytes: Span<UInt8>) {
    if !memory.isFresh { return }
    memory.isFresh = false
    var lines = Splitter.pieces(0..<min(bytes.count, Limits.formLookBytes), separator: 10)
    var count = 0
    while count < Limits.formLookLines, let line = lines.next(in: bytes) {
      if let first = line.first, bytes[first] == UInt8(ascii: "{"), Self.isJSON(bytes, line) {
        memory.sinceJSON = 0
        return
      }
      count += 1
    }
  }

  private static func isJSON(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var members = JSONScanner(range)
    do throws(JSONFailure) {
      while try members.next(in: bytes) != nil {}
      return true
    } catch {
      return false
    }
  }

  /// Reads the line that fills `range`, which is not empty.
  mutating func read(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Outcome {
    var start = range.lowerBound
    while start < range.upperBound, bytes[start] == 0x20 || bytes[start] == 9 { start += 1 }
    if start < range.upperBound, bytes[start] == UInt8(ascii: "{") {
      do throws(JSONFailure) {
        return try json(bytes, start..<range.upperBound)
      } catch {
        // An object over several lines inside text is part of the text.
        if memory.isTextOpen, !isJSON { return .continuation }
        return .broken(error)
      }
    }
    return text(bytes, range, isBlank: start == range.upperBound)
  }

  /// The time that the line which fills `range` says, in nanoseconds since 1970; nil when it says none, or is of several.
  mutating func time(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    var start = range.lowerBound
    while start < range.upperBound, bytes[start] == 0 { start += 1 }
    if start == range.upperBound || read(bytes, start..<range.upperBound) != .record { return nil }
    return line.time(bytes)
  }

  /// Reads a record of the last line.
  mutating func readRecord(_ bytes: Span<UInt8>, _ record: Range<Int>) -> Bool {
    do throws(JSONFailure) {
      try OTLPRecords.read(bytes, record, into: &otlpFields)
    } catch {
      return false
    }
    line.take(Self.otlp.forms[0], otlpFields, bytes)
    return true
  }

  /// Whether lines that are no JSON have to explain themselves.
  private var isJSON: Bool { memory.sinceJSON < Limits.formMemoryLines }

  // MARK: JSON

  private mutating func json(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(JSONFailure) -> Outcome {
    if OTLPRecords.isOne(bytes, range) {
      var all = JSONScanner(range)
      while try all.next(in: bytes) != nil {}
      records = try OTLPRecords.find(bytes, range)
      noteJSON()
      return .records
    }
    if memory.jsonLines & 1_023 < Limits.formLookLines, memory.jsonLines < 1_024 || memory.jsonLines & 1_023 == 0 {
      try recognise(bytes, range)
    }
    if fieldForms != memory.active { takeFields() }
    try fields.scan(bytes, range)
    var place = memory.plan.best(fields, bytes, start: range.lowerBound)
    if place == nil || memory.plan.forms[place ?? 0].form.signatures.isEmpty {
      memory.misfits &+= 1
      if memory.misfits < UInt64(Limits.formLookLines) || memory.misfits & 255 == 0, try recognise(bytes, range) {
        try fields.scan(bytes, range)
        place = memory.plan.best(fields, bytes, start: range.lowerBound)
      }
    }
    noteJSON()
    guard let place else { return .broken(.unexpected) }
    line.take(memory.plan.forms[place], fields, bytes)
    return .record
  }

  /// The last line was JSON, and somebody else has read it.
  mutating func noteJSON() {
    memory.jsonLines &+= 1
    memory.sinceJSON = 0
    memory.isTextOpen = false
  }

  /// Makes room for the values of the file's forms.
  private mutating func takeFields() {
    fields = memory.plan.fields
    fieldForms = memory.active
  }

  /// Looks for all forms in a line; true when the file's plan has changed.
  @discardableResult
  private mutating func recognise(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(JSONFailure) -> Bool {
    var fields = Self.everything.fields
    try fields.scan(bytes, range)
    guard let place = Self.everything.best(fields, bytes, start: range.lowerBound) else { return false }
    let number = Self.everything.forms[place].number
    var active = memory.active
    if active.contains(number) { return false }
    // What is not JSON of a known form is read as JSON of an unknown one, so that this is always there.
    active.removeAll { $0 == LogForms.generic }
    active += LogForms.family(of: number).filter { !active.contains($0) && $0 != LogForms.generic }
    if active.count > Limits.formsPerFile { active.removeFirst(active.count - Limits.formsPerFile) }
    active.append(LogForms.generic)
    memory.active = active
    memory.plan = FormPlan.of(active)
    takeFields()
    return true
  }

  // MARK: Text

  private mutating func text(_ bytes: Span<UInt8>, _ range: Range<Int>, isBlank: Bool) -> Outcome {
    let wasJSON = isJSON
    memory.sinceJSON = min(memory.sinceJSON + 1, Limits.formMemoryLines)
    if isBlank { return wasJSON && !memory.isTextOpen ? .broken(.empty) : .continuation }
    if AccessLine.read(bytes, range, into: &line) {
      memory.isTextOpen = false
      return .record
    }
    if LogfmtLine.read(bytes, range, into: &logfmtFields) {
      line.take(Self.logfmt.forms[0], logfmtFields, bytes)
      if line[.level].isThere || line[.message].isThere || line[.status].isThere {
        memory.isTextOpen = false
        return .record
      }
    }
    if PlainLine.read(bytes, range, into: &line) {
      memory.isTextOpen = true
      return .record
    }
    let first = bytes[range.lowerBound]
    if memory.isTextOpen || (!wasJSON && (first == 0x20 || first == 9)) { return .continuation }
    if wasJSON { return .broken(.notObject) }
    line.begin(form: LogForms.text)
    line.set(.message, .text(LogText(bytes, raw: range)))
    return .record
  }
}
