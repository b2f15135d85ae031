// All rules of a configuration at work: each log's lines go through the rules that read its service. The series are a
// registry's own; beside them stands what rules could not use.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The rules and their series. Not thread-safe.
final class LogRules: Collector {
  /// The fields to look for in each line, in the order of their numbers.
  let fields: [String]
  private let rules: [LogRule]
  private let registry: Registry
  private var services: [(service: String, counts: [RuleCounts])] = []

  /// No rules.
  init() { (fields, rules, registry) = ([], [], Registry()) }

  /// Rules that were read from a configuration. Those that do not agree with each other about a metric are noted in
  /// `faults`.
  init(_ rules: [LogRule], _ fields: LogFieldTable, _ faults: ConfigFaults) {
    self.rules = rules
    self.fields = fields.paths
    let most = rules.reduce(0) { $0 + $1.limit + $1.zero.count + 1 }
    var limits = MetricsLimits()
    limits.seriesPerFamily = max(limits.seriesPerFamily, most * Limits.ruleServices)
    limits.series = max(limits.series, most * Limits.ruleServices)
    registry = Registry(limits: limits)
    // A trial for no service finds what the registry refuses, and what would write a name of the agent's own.
    let trial = Registry(limits: limits)
    for own in LogRuleReader.own { try? Self.reserve(own, in: trial) }
    for rule in rules where !LogRuleReader.own.contains(where: { $0.name == rule.metric }) {
      do throws(MetricsError) {
        _ = try RuleCounts(rule, service: "", registry: trial)
      } catch {
        faults.add(ConfigFault(offset: rule.offset, message: Self.text(error)))
      }
    }
  }

  private static func text(_ error: MetricsError) -> String {
    switch error {
    case .invalidName(let name): "'\(name)' is no metric's name: letters, digits, _ and :, and no digit first"
    case .invalidLabel(_, let label): "'\(label)' is no label's name: letters, digits and _, and no digit first"
    case .conflict(let metric, let property): "another rule of '\(metric)' has another \(property)"
    default: error.description
    }
  }

  private static func reserve(_ family: MetricFamily, in registry: Registry) throws(MetricsError) {
    switch family.type {
    case .counter: _ = try registry.counter(family.name, help: family.help, labels: ["service"])
    case .histogram: _ = try registry.histogram(family.name, help: family.help, labels: ["service"])
    default: _ = try registry.gauge(family.name, help: family.help, labels: ["service"])
    }
  }

  /// How many there are.
  var count: Int { rules.count }

  /// Whether there is nothing to do.
  var isEmpty: Bool { rules.isEmpty }

  /// The rules that read the logs of `service`, made at the first call for it.
  func counts(for service: String) -> [RuleCounts] {
    if rules.isEmpty { return [] }
    if let known = services.first(where: { $0.service == service }) { return known.counts }
    let wanted = rules.filter { $0.service == nil || $0.service == service }
    // What a registry refuses was refused at the trial.
    let made = wanted.compactMap { try? RuleCounts($0, service: service, registry: registry) }
    services.append((service, made))
    return made
  }

  /// Forgets what has been in flight for too long, but of services whose lines are of the past.
  func sweep(_ now: Moment, but late: Set<String> = []) {
    for (service, counts) in services where !late.contains(service) { for one in counts { one.sweep(now) } }
  }

  /// The rules of a service that have room in the past; those of services past the limit may share their series.
  func past(of service: String) -> RulePast {
    let counts = services.prefix(Limits.ruleServices).first { $0.service == service }?.counts
    return RulePast(counts ?? [])
  }

  /// What there is, a metric that several rules share once for each service.
  var names: [RuleName] {
    services.flatMap { service, counts in
      counts.enumerated().compactMap { place, one in
        if counts.prefix(place).contains(where: { $0.rule.metric == one.rule.metric }) { return nil }
        return RuleName(metric: one.rule.metric, service: service, type: one.rule.type, isSum: one.rule.isInFlight)
      }
    }
  }

  /// The rules that are past their limit since the last call.
  func newlyFull() -> [(rule: LogRule, service: String, label: String)] {
    var found: [(rule: LogRule, service: String, label: String)] = []
    for (service, counts) in services {
      for one in counts where !one.saidFull {
        guard let label = one.fullLabel else { continue }
        one.saidFull = true
        found.append((one.rule, service, label))
      }
    }
    return found
  }

  private static let skipped = MetricFamily(
    "vitals_log_rule_skipped_lines_total", .counter, help: "Lines that a rule selects and cannot use, by reason.")
  private static let folded = MetricFamily(
    "vitals_log_rule_folded_lines_total", .counter, help: "Lines past a rule's limit of series, counted as other.")
  private static let full = MetricFamily(
    "vitals_log_rule_full", .gauge, help: "1 for a rule past its limit of series, with the label that has most values.")
  private static let forgotten = MetricFamily(
    "vitals_log_rule_forgotten_total", .counter, help: "Things in flight that were forgotten before they ended.")

  func collect(into sink: any SampleSink) {
    if rules.isEmpty { return }
    registry.collect(into: sink)
    sink.family(Self.skipped)
    for (labels, one) in all {
      for fault in RuleFault.allCases {
        guard let count = one.faults[fault] else { continue }
        sink.sample(labels.adding([("reason", fault.rawValue)]), .unsigned(count))
      }
    }
    sink.family(Self.folded)
    for (labels, one) in all { sink.sample(labels, .unsigned(one.folded)) }
    sink.family(Self.full)
    for (labels, one) in all {
      if let label = one.fullLabel { sink.sample(labels.adding([("label", label)]), .unsigned(1)) }
    }
    sink.family(Self.forgotten)
    for (labels, one) in all {
      if let count = one.forgotten { sink.sample(labels, .unsigned(count)) }
    }
  }

  /// A rule has no name of its own: its metric and its place among the rules of that metric are.
  private var all: [(labels: LabelSet, counts: RuleCounts)] {
    services.flatMap { service, counts in
      counts.enumerated().map { place, one in
        let twins = counts.prefix(place).count { $0.rule.metric == one.rule.metric }
        let name = twins == 0 ? one.rule.metric : "\(one.rule.metric)#\(twins + 1)"
        return (LabelSet([("service", service), ("rule", name)]), one)
      }
    }
  }
}
