// The labels of one series, made once and kept by whoever owns the series: repaired to valid UTF-8, sorted, escaped and
// hashed at construction, so that an exposition appends ready bytes and a lookup compares a stored hash. The trade-off
// is memory (the text stands beside the pairs) for scrapes that allocate nothing.
// SPDX-License-Identifier: Apache-2.0

/// An immutable, sorted set of label names and values; equal when all pairs are equal.
///
/// Thread-safe. Copies share storage; making one costs allocations, hashing does not, nor comparing as a rule.
/// Pairs with an empty value are left out: in the data model an empty label is an absent one. Of two pairs with the
/// same name the last one stays.
public struct LabelSet: Sendable, Hashable {
  /// No labels.
  public static let empty = LabelSet([])

  private final class Storage: Sendable {
    /// As they are written, those with an empty value too.
    let pairs: [(name: String, value: String)]
    let text: [UInt8]
    let hash: Int
    let hasEmpty: Bool
    let areNamesLegal: Bool

    /// Without those that have no value.
    var full: [(name: String, value: String)] { hasEmpty ? pairs.filter { !$0.value.isEmpty } : pairs }

    init(pairs: [(name: String, value: String)]) {
      self.pairs = pairs
      text = LabelSet.text(pairs)
      hasEmpty = pairs.contains { $0.value.isEmpty }
      var hasher = Hasher()
      hasher.combine(hasEmpty ? LabelSet.text(pairs.filter { !$0.value.isEmpty }) : text)
      hash = hasher.finalize()
      areNamesLegal = pairs.allSatisfy { NameRules.isLabelName($0.name) && !NameRules.isReservedPrefix($0.name) }
    }
  }

  private let storage: Storage

  private init(_ storage: Storage) { self.storage = storage }

  /// Makes a label set. Values are any text. A name that is not legal does no harm here; a writer drops the sample and
  /// counts it.
  public init(_ pairs: [(name: String, value: String)]) { self.init(pairs, writesEmpty: false) }

  /// Makes a label set that is written with its empty values too, as other exporters write theirs: as bytes its lines
  /// are theirs, and for all who read or compare it it is the set without them.
  package init(writingEmpty pairs: [(name: String, value: String)]) { self.init(pairs, writesEmpty: true) }

  private init(_ pairs: [(name: String, value: String)], writesEmpty: Bool) {
    var kept: [(name: String, value: String)] = []
    kept.reserveCapacity(pairs.count)
    for pair in pairs {
      kept.removeAll { $0.name.utf8.elementsEqual(pair.name.utf8) }
      if writesEmpty || !pair.value.isEmpty { kept.append(pair) }
    }
    kept.sort { $0.name < $1.name }
    storage = Storage(pairs: kept)
  }

  /// The pairs, sorted by name.
  public var pairs: [(name: String, value: String)] { storage.full }

  /// The pairs of ``text``.
  package var writtenPairs: [(name: String, value: String)] { storage.pairs }

  /// `a="x","b.c"="y"`: the escaped text as it stands between braces, in text 0.0.4 and OpenMetrics alike. Names that
  /// are not legal by the old rules stand in quotes.
  public var text: [UInt8] { storage.text }

  /// True when there is no label.
  public var isEmpty: Bool { storage.text.isEmpty || storage.full.isEmpty }

  /// The same as long as the set is kept, and no other set's.
  var identity: ObjectIdentifier { ObjectIdentifier(storage) }

  /// True when every scraper would take every name as it is.
  var areNamesLegal: Bool { storage.areNamesLegal }

  /// The value of a label, or nil when the set has none of that name.
  public subscript(name: String) -> String? {
    storage.pairs.first { $0.name == name && !$0.value.isEmpty }?.value
  }

  /// A set with these pairs added or replaced; one with an empty value takes the label away.
  public func adding(_ pairs: [(name: String, value: String)]) -> LabelSet { LabelSet(storage.pairs + pairs) }

  /// Equal pairs, by their escaped text.
  public static func == (left: LabelSet, right: LabelSet) -> Bool {
    if left.storage === right.storage { return true }
    if left.storage.hash != right.storage.hash { return false }
    if !left.storage.hasEmpty && !right.storage.hasEmpty { return left.storage.text == right.storage.text }
    return text(left.storage.full) == text(right.storage.full)
  }

  /// Feeds the stored hash.
  public func hash(into hasher: inout Hasher) { hasher.combine(storage.hash) }

  /// `{"name","a.b"="x"} `: what begins the line of a metric whose name stands in quotes.
  static func appendHead(_ name: String, _ labels: LabelSet, to text: inout [UInt8]) {
    text.append(contentsOf: "{\"".utf8)
    appendEscaped(name, to: &text)
    text.append(contentsOf: labels.text.isEmpty ? "\"".utf8 : "\",".utf8)
    text.append(contentsOf: labels.text)
    text.append(contentsOf: "} ".utf8)
  }

  private static func text(_ pairs: [(name: String, value: String)]) -> [UInt8] {
    var text: [UInt8] = []
    // Escapes and quoted names are rare; where there are any, it grows.
    text.reserveCapacity(pairs.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 })
    for pair in pairs {
      if !text.isEmpty { text.append(UInt8(ascii: ",")) }
      appendName(pair.name, to: &text)
      text.append(contentsOf: "=\"".utf8)
      appendEscaped(pair.value, to: &text)
      text.append(UInt8(ascii: "\""))
    }
    return text
  }

  private static func appendName(_ name: String, to text: inout [UInt8]) {
    if NameRules.isLabelName(name) { return text.append(contentsOf: name.utf8) }
    text.append(UInt8(ascii: "\""))
    appendEscaped(name, to: &text)
    text.append(UInt8(ascii: "\""))
  }

  /// Backslash, double quote and line feed are escaped; every other character stands as it is.
  private static func appendEscaped(_ value: String, to text: inout [UInt8]) {
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): text.append(contentsOf: "\\\\".utf8)
      case UInt8(ascii: "\""): text.append(contentsOf: "\\\"".utf8)
      case UInt8(ascii: "\n"): text.append(contentsOf: "\\n".utf8)
      default: text.append(byte)
      }
    }
  }
}
