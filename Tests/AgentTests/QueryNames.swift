// The metrics that a PromQL expression reads, found by a walk over its words: enough for the files that we ship, and no
// parser. What it does not know it takes for a metric, so that a mistake fails a test instead of passing it.
// SPDX-License-Identifier: Apache-2.0

/// Takes metric names out of queries.
struct QueryNames {
  private static let aggregations: Set<String> = [
    "sum", "min", "max", "avg", "count", "topk", "bottomk", "quantile", "stddev", "stdvar", "group", "count_values",
  ]
  private static let grouping: Set<String> = ["by", "without", "on", "ignoring", "group_left", "group_right"]
  private static let words: Set<String> = ["and", "or", "unless", "bool", "offset", "inf", "nan", "Inf", "NaN"]

  private var rest: Substring
  private var names: Set<String> = []

  /// The metrics of a PromQL expression, in which Grafana's variables may stand.
  static func of(_ expression: String) -> Set<String> {
    var walk = QueryNames(rest: expression[...])
    walk.run()
    return walk.names
  }

  /// The metrics of the query of a Grafana variable: `label_values(SELECTOR, LABEL)`.
  static func ofVariable(_ query: String) -> Set<String> {
    let opening = "label_values("
    guard query.hasPrefix(opening), query.hasSuffix(")"), let comma = query.lastIndex(of: ",") else { return [query] }
    return of(String(query[query.index(query.startIndex, offsetBy: opening.count)..<comma]))
  }

  private mutating func run() {
    while let first = rest.first {
      switch first {
      case "{": selector()
      case "[": _ = enclosed("]")
      case "\"", "'": _ = string(first)
      case "$":
        rest.removeFirst()
        _ = word()
      case _ where first.isNumber: _ = word()
      case _ where QueryNames.isOfWord(first): name()
      default: rest.removeFirst()
      }
    }
  }

  private mutating func name() {
    let word = String(word())
    let isCalled = rest.first { !$0.isWhitespace } == "("
    if QueryNames.grouping.contains(word) {
      if isCalled { _ = enclosed(")") }
    } else if !isCalled && !QueryNames.words.contains(word) && !QueryNames.aggregations.contains(word) {
      names.insert(word)
    }
  }

  /// `{label="value"}`: labels are no metrics, but `__name__` says some.
  private mutating func selector() {
    let parts = enclosed("}").split(separator: "\"", omittingEmptySubsequences: false)
    for (label, value) in zip(parts, parts.dropFirst()) where label.contains("__name__") {
      names.formUnion(value.split(separator: "|").map(String.init))
    }
  }

  private mutating func word() -> Substring {
    let word = rest.prefix { QueryNames.isOfWord($0) || $0 == "." }
    rest.removeFirst(word.count)
    return word
  }

  /// Everything up to the first `end` that stands in no string, and the end.
  private mutating func enclosed(_ end: Character) -> String {
    var text = ""
    while let first = rest.first {
      if first == "\"" || first == "'" {
        text += string(first)
        continue
      }
      text.append(rest.removeFirst())
      if first == end { break }
    }
    return text
  }

  private mutating func string(_ quote: Character) -> String {
    var text = String(rest.removeFirst())
    while let first = rest.popFirst() {
      text.append(first)
      if first == "\\", let escaped = rest.popFirst() { text.append(escaped) }
      if first == quote { break }
    }
    return text
  }

  private static func isOfWord(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || character == "_" || character == ":")
  }
}
