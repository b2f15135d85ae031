// Reads `log_rules` of a configuration. Every mistake is noted where it stands; a rule with one is left out, and the
// configuration with it.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Makes rules of a configuration's objects.
struct LogRuleReader {
  private(set) var fields = LogFieldTable()
  /// Those of the rule at hand.
  private var groups = RuleGroupNames()
  private let faults: ConfigFaults

  init(_ faults: ConfigFaults) { self.faults = faults }

  /// The rules of a list.
  mutating func rules(_ nodes: [ConfigNode]) -> [LogRule] {
    if nodes.count > Limits.logRules, let first = nodes.dropFirst(Limits.logRules).first {
      faults.add(first.fault("there may be \(Limits.logRules) rules at most"))
    }
    return nodes.prefix(Limits.logRules).compactMap { rule($0) }
  }

  private mutating func rule(_ node: ConfigNode) -> LogRule? {
    guard var object = ConfigObject(node, faults, "a rule") else { return nil }
    let metric = object.text("metric")
    if metric == nil, !object.keys.contains(where: { $0.key == "metric" }) {
      object.fault("metric", "a rule needs 'metric', the name of what it counts")
    }
    if let metric, Self.isTaken(metric) {
      object.fault("metric", "'\(metric)' would stand among series of the agent's own; use another name")
    }
    if let metric, metric == "up" || metric.hasPrefix("scrape_") || metric.hasPrefix("ALERTS") {
      object.fault("metric", "'\(metric)' is a name that Prometheus gives to series of its own; use another")
    }
    let condition = object.node("where").flatMap { self.condition($0) }
    groups = RuleGroupNames(condition)
    let kind = kind(&object)
    let labels = labels(&object)
    let zero = zero(&object, labels)
    let limit = object.integer("limit", in: 1...Limits.ruleSeriesAtMost) ?? Limits.ruleSeries
    if zero.count > limit {
      object.fault("zero", "'zero' has \(zero.count) series, and the rule's 'limit' is \(limit)")
    }
    let exemplar = object.node("exemplar").flatMap { source($0, "'exemplar'") }
    var end: LogCondition?
    if case .inFlight(let condition, _, _) = kind { end = condition }
    let rule = LogRule(
      metric: metric ?? "", help: object.text("help") ?? "Lines of logs that a rule takes.",
      service: object.text("service"), kind: kind ?? .counter(value: nil), condition: condition, labels: labels,
      zero: Array(zero.prefix(limit)), limit: limit,
      exemplar: exemplar, groups: groups.names.count, captures: groups.captures(),
      endCaptures: end.map { groups.captures($0) } ?? [], offset: node.offset)
    for capture in rule.captures + rule.endCaptures where !capture.pattern.canFindGroups {
      let text = "a pattern whose groups are asked for may take \(Limits.patternGroupSteps) steps at most"
      object.fault("where", text)
    }
    object.refuseOthers()
    return metric == nil || kind == nil ? nil : rule
  }

  /// Names under which the agent serves what it found itself.
  private static func isTaken(_ metric: String) -> Bool {
    ["node_", "container_", "namedprocess_", "vitals_"].contains { metric.hasPrefix($0) }
      || own.contains { $0.name == metric }
  }

  /// The agent's own families whose names have no such beginning.
  static let own = LogExposition.families + ProcessCollector.families

  // MARK: Kinds

  private static let kinds = ["counter", "gauge", "histogram", "in_flight"]

  private mutating func kind(_ object: inout ConfigObject) -> LogRule.Kind? {
    let name = object.text("type") ?? "counter"
    let value = object.node("value").flatMap { self.value($0) }
    let isValueThere = object.keys.contains { $0.key == "value" }
    switch name {
    case "counter": return isValueThere && value == nil ? nil : .counter(value: value)
    case "gauge", "histogram":
      let buckets = name == "histogram" ? self.buckets(&object) : nil
      let native = name == "histogram" && object.boolean("native") == true ? NativeBuckets.default : nil
      guard let value else {
        if !isValueThere { object.fault("type", "a \(name) needs 'value', the field with its number") }
        return nil
      }
      if name == "gauge" { return .gauge(value: value) }
      return .histogram(value: value, buckets ?? (native == nil ? .default : .none), native)
    case "in_flight": return inFlight(&object)
    default:
      object.fault("type", "no type is called '\(name)'; there are \(Self.kinds.joined(separator: ", "))")
      return nil
    }
  }

  private mutating func inFlight(_ object: inout ConfigObject) -> LogRule.Kind? {
    let end = object.node("until").flatMap { condition($0) }
    let id = object.node("id").flatMap { source($0, "'id'") }
    let seconds = object.number("timeout_seconds") ?? Limits.inFlightSeconds
    for key in ["until", "id", "where"] where !object.keys.contains(where: { $0.key == key }) {
      object.fault("type", "a rule of type in_flight needs '\(key)'")
    }
    if seconds <= 0 { object.fault("timeout_seconds", "'timeout_seconds' must be more than 0") }
    guard let end, let id, seconds > 0 else { return nil }
    if case .group(let number) = id, !end.patterns.contains(where: { $0.pattern.groups.contains(groups.names[number]) })
    {
      object.fault("id", "no pattern of 'until' has a group called '\(groups.names[number])'")
    }
    return .inFlight(end: end, id: id, seconds: seconds)
  }

  private func buckets(_ object: inout ConfigObject) -> Buckets? {
    guard let list = object.list("buckets") else { return nil }
    var bounds: [Double] = []
    for node in list {
      guard case .number(let bound) = node.value, bound > bounds.last ?? -.infinity else {
        faults.add(node.fault("a bucket's bound must be a number above the one before it"))
        return nil
      }
      bounds.append(bound)
    }
    if bounds.isEmpty { object.fault("buckets", "'buckets' must have a bound at least") }
    return .explicit(bounds)
  }

  /// What one of a unit is in the base unit that Prometheus' conventions want.
  static let units: [(name: String, scale: Double)] = [
    ("seconds", 1), ("milliseconds", 1e-3), ("microseconds", 1e-6), ("nanoseconds", 1e-9), ("minutes", 60),
    ("hours", 3_600), ("bytes", 1), ("kilobytes", 1e3), ("kibibytes", 1_024), ("megabytes", 1e6),
    ("mebibytes", 1_048_576), ("ratio", 1), ("percent", 0.01),
  ]

  /// `"field"` or `{"field": "…", "unit": "milliseconds"}` or `{"group": "…", "scale": 0.5}`.
  private mutating func value(_ node: ConfigNode) -> LogRule.Value? {
    if case .text = node.value { return field(node, "'value'").map { LogRule.Value(source: .field($0), scale: 1) } }
    guard var object = ConfigObject(node, faults, "'value'") else { return nil }
    let source = source(&object, node, "'value' needs 'field' or 'group'")
    var scale = object.number("scale")
    if let unit = object.text("unit") {
      if scale != nil { object.fault("scale", "'scale' and 'unit' exclude each other") }
      scale = Self.units.first { $0.name == unit }?.scale
      if scale == nil {
        object.fault("unit", "no unit is called '\(unit)'; there are \(Self.units.map(\.name).joined(separator: ", "))")
      }
    }
    object.refuseOthers()
    return source.map { LogRule.Value(source: $0, scale: scale ?? 1) }
  }

  // MARK: Fields, groups and labels

  /// `"field"`, `{"field": "…"}` or `{"group": "…"}`.
  private mutating func source(_ node: ConfigNode, _ what: String) -> LogRule.Source? {
    if case .text = node.value { return field(node, what).map { .field($0) } }
    guard var object = ConfigObject(node, faults, what) else { return nil }
    defer { object.refuseOthers() }
    return source(&object, node, "\(what) needs 'field' or 'group'")
  }

  private mutating func source(_ object: inout ConfigObject, _ node: ConfigNode, _ missing: String) -> LogRule.Source? {
    let field = object.node("field")
    let group = object.text("group")
    let isGroup = object.keys.contains { $0.key == "group" }
    if field != nil, isGroup { object.fault("group", "'group' and 'field' exclude each other") }
    if let field { return self.field(field, "'field'").map { .field($0) } }
    if !isGroup { faults.add(node.fault(missing)) }
    guard let group else { return nil }
    if let number = groups.number(group) { return .group(number) }
    object.fault("group", "no pattern of 'where' has a group called '\(group)'")
    return nil
  }

  private mutating func field(_ node: ConfigNode, _ what: String) -> Int? {
    guard case .text(let text) = node.value else {
      faults.add(
        node.fault("\(what) must be a field's name, such as \"status\" or \"http.request.method\", and is \(node.kind)")
      )
      return nil
    }
    do throws(JSONPathError) {
      return try fields.number(text)
    } catch {
      let isFull = error == .many && fields.paths.count >= Limits.logFields
      faults.add(node.fault(isFull ? "all rules may read \(Limits.logFields) fields at most" : "'\(text)' \(error)"))
      return nil
    }
  }

  private mutating func labels(_ object: inout ConfigObject) -> [LogRule.Label] {
    guard let members = object.members("labels") else { return [] }
    if members.count > Limits.ruleLabels {
      object.fault("labels", "a rule may have \(Limits.ruleLabels) labels at most")
    }
    return members.prefix(Limits.ruleLabels).compactMap { member in
      if member.key == "service" {
        faults.add(ConfigFault(offset: member.offset, message: "the label 'service' is there already"))
        return nil
      }
      return text(member.value).map { LogRule.Label(name: member.key, text: $0) }
    }.sorted { $0.name < $1.name }
  }

  private mutating func text(_ node: ConfigNode) -> LogRule.Label.Text? {
    if case .text = node.value { return field(node, "a label's value").map { .value(.field($0), .plain, missing: "") } }
    guard var object = ConfigObject(node, faults, "a label's value") else { return nil }
    if let constant = object.text("constant") {
      object.refuseOthers()
      if constant.utf8.count > Limits.ruleLabelBytes { object.fault("constant", Self.tooLong) }
      return .constant(constant)
    }
    let source = source(&object, node, "a label needs 'field', 'group' or 'constant'")
    var form = LogRule.Label.Form.plain
    if let name = object.text("as") {
      form = LogRule.Label.Form(rawValue: name) ?? .plain
      if LogRule.Label.Form(rawValue: name) == nil {
        let known = LogRule.Label.Form.allCases.map(\.rawValue).joined(separator: ", ")
        object.fault("as", "'as' cannot be '\(name)'; there are \(known)")
      }
    }
    let missing = object.text("missing") ?? ""
    object.refuseOthers()
    return source.map { .value($0, form, missing: missing) }
  }

  private static let tooLong = "a label's value may be \(Limits.ruleLabelBytes) bytes long at most"

  private func zero(_ object: inout ConfigObject, _ labels: [LogRule.Label]) -> [[String]] {
    guard let list = object.list("zero") else { return [] }
    return list.compactMap { node in
      guard var values = ConfigObject(node, faults, "an element of 'zero'") else { return nil }
      let row = labels.map { label -> String in
        if case .constant(let constant) = label.text { return constant }
        if let value = values.text(label.name) {
          if value.utf8.count > Limits.ruleLabelBytes { values.fault(label.name, Self.tooLong) }
          return value
        }
        values.fault(label.name, "a series of 'zero' needs a text for the label '\(label.name)'")
        return ""
      }
      values.refuseOthers()
      return row
    }
  }

  // MARK: Conditions

  private static let tests = ["equals", "in", "matches", "exists"] + LogTest.Comparison.allCases.map(\.rawValue)

  private mutating func condition(_ node: ConfigNode) -> LogCondition? {
    guard var object = ConfigObject(node, faults, "a condition") else { return nil }
    defer { object.refuseOthers() }
    if let parts = object.list("all") { return .all(parts.compactMap { condition($0) }) }
    if let parts = object.list("any") { return .any(parts.compactMap { condition($0) }) }
    if let part = object.node("not") { return condition(part).map { .not($0) } }
    guard let field = object.node("field").flatMap({ self.field($0, "'field'") }) else {
      if !object.keys.contains(where: { $0.key == "field" }) {
        faults.add(node.fault("a condition needs 'field', 'all', 'any' or 'not'"))
      }
      return nil
    }
    var found: [LogCondition] = []
    for name in Self.tests {
      guard let value = object.node(name) else { continue }
      if let test = test(name, value) { found.append(.test(field: field, test)) }
    }
    if found.isEmpty, !object.keys.contains(where: { Self.tests.contains($0.key) }) {
      faults.add(node.fault("a condition needs one of \(Self.tests.joined(separator: ", "))"))
    }
    return found.count == 1 ? found[0] : .all(found)
  }

  private func test(_ name: String, _ node: ConfigNode) -> LogTest? {
    if let comparison = LogTest.Comparison(rawValue: name) {
      if case .number(let bound) = node.value { return .compares(comparison, bound) }
      faults.add(node.fault("'\(name)' must be a number, and is \(node.kind)"))
      return nil
    }
    switch (name, node.value) {
    case ("exists", .boolean(let flag)): return .exists(flag)
    case ("exists", _): faults.add(node.fault("'exists' must be true or false, and is \(node.kind)"))
    case ("matches", .text(let text)):
      do throws(PatternFault) {
        return .matches(try Pattern(text, isWhole: false))
      } catch {
        faults.add(node.fault("'matches': \(error.message), at character \(error.offset + 1) of the pattern"))
      }
    case ("matches", _): faults.add(node.fault("'matches' must be a text, and is \(node.kind)"))
    case ("in", .list(let list)): return .isOneOf(list.compactMap { constant($0, "an element of 'in'") })
    case ("in", _): faults.add(node.fault("'in' must be a list, and is \(node.kind)"))
    default: return constant(node, "'equals'").map { .equals($0) }
    }
    return nil
  }

  private func constant(_ node: ConfigNode, _ what: String) -> LogTest.Constant? {
    switch node.value {
    case .text(let text): return .text(Array(text.utf8))
    case .number(let number): return .number(number)
    case .boolean(let flag): return .boolean(flag)
    case .null: return .null
    case .list, .object:
      faults.add(node.fault("\(what) must be a text, a number, true, false or null"))
      return nil
    }
  }
}
