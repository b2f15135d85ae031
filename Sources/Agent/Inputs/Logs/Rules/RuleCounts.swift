// A rule at work for one service: finds each line's series and counts into it. The instruments are the library's own, so
// that exemplars, native buckets and the formats are what every service has that links it.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// One rule's series for one service. Not thread-safe.
final class RuleCounts {
  private enum Instruments {
    case counters(Family<Counter>, [Counter])
    case gauges(Family<Gauge>, [Gauge])
    case histograms(Family<Histogram>, [Histogram])
  }

  let rule: LogRule
  private let service: String
  private var instruments: Instruments
  private var labels: RuleLabels
  private var inFlight: InFlight?
  private var text: [UInt8] = []
  private(set) var faults: [RuleFault: UInt64] = [:]
  /// Lines past the rule's limit.
  var folded: UInt64 { labels.folded }
  /// The label with most values when there were lines past the limit.
  var fullLabel: String? { labels.widest }
  /// Somebody was told of it.
  var saidFull = false

  /// Registers the rule's metric; the error says what another rule of the same metric has otherwise.
  init(_ rule: LogRule, service: String, registry: Registry) throws(MetricsError) {
    self.rule = rule
    self.service = service
    labels = RuleLabels(rule.labels, limit: rule.limit)
    let names = ["service"] + rule.labels.map(\.name)
    let hasExemplars = rule.exemplar != nil
    switch rule.kind {
    case .counter:
      instruments = .counters(
        try registry.counter(rule.metric, help: rule.help, labels: names, exemplars: hasExemplars), [])
    case .gauge: instruments = .gauges(try registry.gauge(rule.metric, help: rule.help, labels: names), [])
    case .inFlight(_, _, let seconds):
      instruments = .gauges(try registry.gauge(rule.metric, help: rule.help, labels: names), [])
      inFlight = InFlight(seconds: seconds)
    case .histogram(_, let buckets, let native):
      instruments = .histograms(
        try registry.histogram(
          rule.metric, help: rule.help, buckets: buckets, native: native, labels: names, exemplars: hasExemplars), [])
    }
    for row in rule.zero { _ = place(labels.series(row)) }
  }

  /// Takes a line that belongs to the service.
  func read(_ line: LogValues, _ bytes: Span<UInt8>, at now: Moment) {
    if case .inFlight(let end, let id, _) = rule.kind { return pair(line, bytes, end, id, now) }
    if let condition = rule.condition, !condition.passes(line, bytes, &text) { return }
    switch rule.kind {
    case .counter(let value?), .gauge(let value), .histogram(let value, _, _):
      guard let number = number(value, line, bytes) else { return }
      if case .counter = rule.kind, number < 0 { return fault(.negative) }
      record(number, line, bytes)
    default: record(1, line, bytes)
    }
  }

  /// Forgets what never ended.
  func sweep(_ now: Moment) {
    guard inFlight != nil, case .gauges(_, let children) = instruments else { return }
    while let place = inFlight?.expired(now) { children[place].subtract() }
  }

  /// How many were forgotten before they ended.
  var forgotten: UInt64? { inFlight?.forgotten }

  private func fault(_ fault: RuleFault) { faults[fault, default: 0] &+= 1 }

  private func number(_ value: LogRule.Value, _ line: LogValues, _ bytes: Span<UInt8>) -> Double? {
    guard line.value(value.field) != nil else {
      fault(.missing)
      return nil
    }
    guard let number = line.number(value.field, in: bytes), number.isFinite else {
      fault(.number)
      return nil
    }
    return number * value.scale
  }

  private func record(_ value: Double, _ line: LogValues, _ bytes: Span<UInt8>) {
    guard let place = place(labels.series(line, bytes)) else { return }
    switch instruments {
    case .gauges(_, let children): children[place].set(value)
    case .counters(_, let children):
      if rule.exemplar == nil { return children[place].increment(by: value) }
      let example = example(line, bytes)
      children[place].increment(by: value, exemplar: example)
    case .histograms(_, let children):
      if rule.exemplar == nil { return children[place].observe(value) }
      let example = example(line, bytes)
      children[place].observe(value, exemplar: example)
    }
  }

  private func example(_ line: LogValues, _ bytes: Span<UInt8>) -> ExemplarLabels? {
    guard let field = rule.exemplar else { return nil }
    text.removeAll(keepingCapacity: true)
    guard line.append(field, in: bytes, to: &text), !text.isEmpty else { return nil }
    return .trace(id: String(decoding: text, as: UTF8.self))
  }

  /// Counts what begins, and what ends.
  private func pair(_ line: LogValues, _ bytes: Span<UInt8>, _ end: LogCondition, _ id: Int, _ now: Moment) {
    let begins = rule.condition?.passes(line, bytes, &text) ?? false
    let ends = !begins && end.passes(line, bytes, &text)
    if !begins && !ends { return }
    text.removeAll(keepingCapacity: true)
    guard line.append(id, in: bytes, to: &text), !text.isEmpty else { return fault(.missing) }
    if text.count > Limits.inFlightIDBytes { text.removeLast(text.count - Limits.inFlightIDBytes) }
    let key = text
    if ends {
      guard let place = inFlight?.end(key) else { return fault(.unpaired) }
      if case .gauges(_, let children) = instruments { children[place].subtract() }
    } else if let place = place(labels.series(line, bytes)), case .gauges(_, let children) = instruments {
      if let gone = inFlight?.begin(key, place, now) { children[gone].subtract() }
      children[place].add()
    }
  }

  /// The place of the series that was looked for last among the children; makes it when it is new. Nil when the registry
  /// would not have it.
  private func place(_ known: Int?) -> Int? {
    if let known { return known }
    let values = [service] + labels.values
    do throws(MetricsError) {
      switch instruments {
      case .counters(let family, var children):
        children.append(try family.labels(values))
        instruments = .counters(family, children)
      case .gauges(let family, var children):
        children.append(try family.labels(values))
        instruments = .gauges(family, children)
      case .histograms(let family, var children):
        children.append(try family.labels(values))
        instruments = .histograms(family, children)
      }
    } catch {
      return nil
    }
    return labels.keep()
  }
}
