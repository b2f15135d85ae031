// Reads the fields that a service's rules ask for out of a file's lines, and hands them to the rules. Only there when
// there are rules: it is a second look at each line.
// SPDX-License-Identifier: Apache-2.0

/// The rules of one file. Not thread-safe.
struct RuleReader: ~Copyable {
  private let counts: [RuleCounts]
  private let paths: [String]
  private var scanner: LineScanner
  private var values: LogValues
  private var pairs: LineFields
  private var text: RuleTextReader?

  /// Nil when no rule reads the service's logs.
  init?(_ rules: LogRules, service: String) {
    counts = rules.counts(for: service)
    paths = rules.fields
    // Each path was checked when the rules were read.
    guard !counts.isEmpty, let plan = try? KeyPlan(rules.fields) else { return nil }
    scanner = LineScanner(plan)
    values = LogValues(values: LineScanner.values(of: plan))
    pairs = LineFields(rules.fields)
    text = RuleTextReader(rules.fields)
  }

  /// Takes the line that fills `range`, which is not empty: an object of JSON, pairs, an access line, or text. `written`
  /// is when it was, about, when that is past.
  mutating func read(_ bytes: Span<UInt8>, _ range: Range<Int>, at now: Moment, written: Moment? = nil) {
    values.isText = false
    values.seconds = nil
    if bytes[range.lowerBound] == UInt8(ascii: "{") {
      do throws(JSONFailure) {
        try scanner.scan(bytes, range, into: &values.values)
      } catch {
        // A broken line is counted by who counts all lines.
        return
      }
    } else if LogfmtLine.read(bytes, range, into: &pairs) {
      for place in paths.indices { values.values[place] = JSONSlice(pairs[place]) }
    } else {
      text?.read(bytes, range, into: &values)
      if text == nil { return }
    }
    for one in counts { one.read(values, bytes, at: written ?? now, isPast: written != nil) }
  }
}

extension JSONSlice {
  /// A value of a line that is not JSON.
  fileprivate init(_ value: LogValue) {
    switch value {
    case .none: self = .absent
    case .flag(let flag): self.init(flag ? .true : .false, 0, 0)
    case .number(let range): self.init(.number, range.lowerBound, range.upperBound)
    case .text(let text):
      self.init(.string, isPlain: text.writing == .plain, text.range.lowerBound, text.range.upperBound)
    }
  }
}
