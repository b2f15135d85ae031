// The rules of lint, each over one family; what needs several is at the end. They look at names alone, so that a metric is
// judged before it has a value.
// SPDX-License-Identifier: Apache-2.0

/// Finds what families do not keep to.
struct Linter {
  private(set) var findings: Set<LintFinding> = []

  /// The findings over all subjects, by metric.
  static func findings(_ subjects: [LintSubject]) -> [LintFinding] {
    var linter = Linter()
    for subject in subjects { linter.check(subject) }
    for scheme in EscapingScheme.allCases { linter.checkClashes(subjects.map(\.family), scheme) }
    return linter.findings.sorted {
      ($0.metric, $0.rule.rawValue, $0.message) < ($1.metric, $1.rule.rawValue, $1.message)
    }
  }

  private mutating func check(_ subject: LintSubject) {
    let family = subject.family
    if family.name.isEmpty { find(.invalidName, family, "a name should not be empty") }
    if family.help.isEmpty { find(.noHelp, family, "no help text") }
    if family.name.utf8.contains(UInt8(ascii: ":")) { find(.colon, family, "a name should not contain ':'") }
    if Self.isCamelCase(family.name) { find(.camelCase, family, "a name should be in snake_case, not camelCase") }
    if let unit = family.unit, !NameRules.endsWithUnit(family) {
      find(.unitNotSuffix, family, "the name should end with its unit '\(unit)', or OpenMetrics has none")
    }
    if subject.isDuplicate { find(.duplicate, family, "a series or the family comes twice") }
    checkSuffixes(family)
    checkWords(family)
    checkLabels(subject)
  }

  private mutating func checkSuffixes(_ family: MetricFamily) {
    let type = family.type
    let isTotal = family.name.hasSuffix("_total")
    if type == .counter && !isTotal { find(.counterWithoutTotal, family, "a counter's name should end with _total") }
    if type == .info && !family.name.hasSuffix("_info") {
      find(.infoWithoutSuffix, family, "an info's name should end with _info")
    }
    // What nobody knows the type of may be called anything.
    if type == .unknown { return }
    if type != .counter && isTotal {
      find(.totalWithoutCounter, family, "only a counter's name should end with _total")
    }
    if type != .info && type != .gauge && family.name.hasSuffix("_info") {
      find(.infoSuffix, family, "only an info's name should end with _info")
    }
    for suffix in ["_bucket", "_count", "_sum"] where family.name.hasSuffix(suffix) {
      let isOwn = type == .histogram || (type == .summary && suffix != "_bucket")
      if !isOwn { find(.reservedSuffix, family, "the suffix \(suffix) is for histograms and summaries") }
    }
  }

  private mutating func checkWords(_ family: MetricFamily) {
    let words = family.name.split(omittingEmptySubsequences: false) { $0 == "_" || $0 == "." }
    if let (unit, base) = LintUnits.notBase(words) {
      find(.notBaseUnit, family, "use the base unit '\(base)' instead of '\(unit)'")
    }
    // promlint's words follow an underscore; a dot in a name parts words too.
    for word in words.dropFirst().map({ $0.lowercased() }) {
      if LintUnits.abbreviations.contains(word) { find(.abbreviatedUnit, family, "spell out the unit '\(word)'") }
      if word == Self.word(family.type) && family.type != .unknown {
        find(.typeInName, family, "a name should not include its type '\(word)'")
      } else if ["counter", "gauge", "histogram", "summary"].contains(word) {
        find(.otherTypeInName, family, "a name should not include the type '\(word)'")
      }
    }
  }

  private mutating func checkLabels(_ subject: LintSubject) {
    let family = subject.family
    for label in subject.labels {
      if label.isEmpty || NameRules.isReservedPrefix(label) {
        find(.invalidName, family, "the label '\(label)' is reserved or empty")
      }
      if Self.isCamelCase(label) { find(.camelCase, family, "the label '\(label)' should be in snake_case") }
      let isOwn = (label == "le" && family.type == .histogram) || (label == "quantile" && family.type == .summary)
      if (label == "le" || label == "quantile") && !isOwn && family.type != .unknown {
        find(.reservedLabel, family, "the label '\(label)' is for histograms or summaries")
      }
      if family.type != .stateSet && (label == family.name || label == NameRules.metadataName(family)) {
        find(.labelLikeFamily, family, "the label '\(label)' is named like the metric")
      }
    }
    if subject.labels.count > MetricsLimits.lintLabels {
      find(.manyLabels, family, "\(subject.labels.count) labels, more than \(MetricsLimits.lintLabels)")
    }
    for scheme in EscapingScheme.escaping {
      let names = Set(subject.labels.map { scheme.escaped(label: $0) })
      if names.count < subject.labels.count || names.contains("__name__") {
        find(.escapedClash, family, "labels become one under '\(scheme.rawValue)'")
      }
    }
  }

  /// Families that share a name in this scheme.
  private mutating func checkClashes(_ families: [MetricFamily], _ scheme: EscapingScheme) {
    var owners: [String: MetricFamily] = [:]
    for family in families {
      for name in NameRules.occupiedNames(scheme.escaped(family)) {
        let owner = owners.updateValue(family, forKey: NameRules.key(name))
        guard let owner else { continue }
        if scheme == .allowUTF8 {
          find(.duplicate, family, "'\(owner.name)' writes '\(name)' too")
        } else if !NameRules.isMetricName(owner.name) || !NameRules.isMetricName(family.name) {
          find(.escapedClash, family, "'\(owner.name)' is '\(name)' too under '\(scheme.rawValue)'")
        }
      }
    }
  }

  private mutating func find(_ rule: LintRule, _ family: MetricFamily, _ message: String) {
    findings.insert(LintFinding(rule, metric: family.name, message))
  }

  /// The type's word in text 0.0.4.
  private static func word(_ type: MetricType) -> String {
    switch type {
    case .counter: "counter"
    case .gauge, .info, .stateSet: "gauge"
    case .histogram: "histogram"
    case .summary: "summary"
    case .unknown: "untyped"
    }
  }

  private static func isCamelCase(_ name: String) -> Bool {
    zip(name.utf8, name.utf8.dropFirst()).contains { pair in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(pair.0)
        && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(pair.1)
    }
  }
}
