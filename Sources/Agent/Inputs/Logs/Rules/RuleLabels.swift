// The label values that a rule makes of a line, as one byte string that finds the series: no String while the series is
// there already. Past the rule's limit all values but constants are `other`, so that sums stay exact, and the label that
// brought most values is named.
// SPDX-License-Identifier: Apache-2.0

/// Finds the number of a line's series. Not thread-safe.
struct RuleLabels {
  /// Parts the values in a key; no UTF-8 has it.
  private static let separator: UInt8 = 0xFF
  private static let other = Array("other".utf8)

  private let labels: [LogRule.Label]
  private let limit: Int
  private var index = BytesIndex()
  private var key: [UInt8] = []
  private var routes = PathTemplates()
  private var text: [UInt8] = []
  /// Lines whose values had no room of their own.
  private(set) var folded: UInt64 = 0
  /// The label with most values, once the rule is full.
  private(set) var widest: String?

  init(_ labels: [LogRule.Label], limit: Int) {
    self.labels = labels
    self.limit = limit
  }

  /// Looks for the series of `line`: its number, nil when it is a new one.
  mutating func series(_ line: LogValues, _ bytes: Span<UInt8>, _ groups: RuleGroups) -> Int? {
    key.removeAll(keepingCapacity: true)
    for label in labels {
      append(label.text, line, bytes, groups)
      key.append(Self.separator)
    }
    if let known = known { return known }
    if index.count < limit { return nil }
    folded &+= 1
    if widest == nil { widest = findWidest() }
    fold()
    return known
  }

  /// Looks for the series with these values.
  mutating func series(_ values: [String]) -> Int? {
    key.removeAll(keepingCapacity: true)
    for value in values {
      key.append(contentsOf: value.utf8)
      key.append(Self.separator)
    }
    return known
  }

  private var known: Int? {
    let bytes = key
    return index.find(bytes.span, 0..<bytes.count)
  }

  /// The label values of the series that was looked for last.
  var values: [String] { Self.values(key[...]) }

  /// Those of a series by its number.
  func values(_ number: Int) -> [String] { Self.values(index.bytes(number)) }

  private static func values(_ key: ArraySlice<UInt8>) -> [String] {
    key.split(separator: separator, omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// Gives the series that was looked for last, and is new, the next number.
  mutating func keep() -> Int {
    let bytes = key
    return index.insert(bytes.span, 0..<bytes.count)
  }

  /// Looks at all series, once: which label is to blame that there is no room.
  private func findWidest() -> String? {
    var values = [Set<ArraySlice<UInt8>>](repeating: [], count: labels.count)
    for number in 0..<index.count {
      let parts = index.bytes(number).split(separator: Self.separator, omittingEmptySubsequences: false)
      for (place, value) in zip(values.indices, parts) { values[place].insert(value) }
    }
    let place = values.indices.max { values[$0].count < values[$1].count }
    return place.map { labels[$0].name }
  }

  private mutating func fold() {
    key.removeAll(keepingCapacity: true)
    for label in labels {
      if case .constant(let constant) = label.text {
        key.append(contentsOf: constant.utf8)
      } else {
        key.append(contentsOf: Self.other)
      }
      key.append(Self.separator)
    }
  }

  private mutating func append(
    _ label: LogRule.Label.Text, _ line: LogValues, _ bytes: Span<UInt8>, _ groups: RuleGroups
  ) {
    switch label {
    case .constant(let constant): key.append(contentsOf: constant.utf8)
    case .value(let source, let form, let missing):
      text.removeAll(keepingCapacity: true)
      guard source.append(line, bytes, groups, to: &text) else { return key.append(contentsOf: missing.utf8) }
      append(form)
    }
  }

  /// Appends `text` in a form.
  private mutating func append(_ form: LogRule.Label.Form) {
    let start = key.count
    switch form {
    case .plain: key.append(contentsOf: text)
    case .lower: for byte in text { key.append(byte &- 0x41 < 26 ? byte | 0x20 : byte) }
    case .statusClass: appendClass()
    case .route:
      let path = text
      let route = routes.route(path.span, 0..<path.count)
      key.append(contentsOf: route.map { routes.text($0) } ?? Self.other)
    }
    if key.count - start <= Limits.ruleLabelBytes { return }
    var end = start + Limits.ruleLabelBytes
    while end > start, key[end] & 0xC0 == 0x80 { end -= 1 }
    key.removeLast(key.count - end)
  }

  /// `2xx` for a status of three digits; the text as it is for anything else.
  private mutating func appendClass() {
    guard text.count == 3, text.allSatisfy({ $0 &- 0x30 <= 9 }), (0x31...0x35).contains(text[0]) else {
      return key.append(contentsOf: text)
    }
    key.append(text[0])
    key.append(contentsOf: "xx".utf8)
  }
}
