// A rule at work for one service: finds each line's series and counts into it. The instruments are the library's own, so
// that exemplars, native buckets and the formats are what every service has that links it.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// One rule's series for one service. Not thread-safe.
final class RuleCounts {
  private enum Instruments {
    case counters(Family<Counter>)
    case gauges(Family<Gauge>)
    case histograms(Family<Histogram>)
  }

  let rule: LogRule
  private let service: String
  private let instruments: Instruments
  /// The series by number; those of other kinds stay empty.
  private var counters: [Counter] = []
  private var gauges: [Gauge] = []
  private var histograms: [Histogram] = []
  private var labels: RuleLabels
  private var inFlight: InFlight?
  private var groups: RuleGroups
  private var text: [UInt8] = []
  /// The present line may be an example.
  private var keepsExample = false
  private(set) var faults: [RuleFault: UInt64] = [:]
  /// Lines past the rule's limit.
  var folded: UInt64 { labels.folded }
  /// The label with most values when there were lines past the limit.
  var fullLabel: String? { labels.widest }
  /// Somebody was told of it.
  var saidFull = false
  /// The labels of the first series, while the past is written.
  private var pastLabels: [LabelSet] = []

  /// Registers the rule's metric; the error says what another rule of the same metric has otherwise.
  init(_ rule: LogRule, service: String, registry: Registry) throws(MetricsError) {
    self.rule = rule
    self.service = service
    labels = RuleLabels(rule.labels, limit: rule.limit)
    groups = RuleGroups(rule.groups)
    let names = ["service"] + rule.labels.map(\.name)
    let hasExemplars = rule.exemplar != nil
    switch rule.kind {
    case .counter:
      instruments = .counters(
        try registry.counter(rule.metric, help: rule.help, labels: names, exemplars: hasExemplars))
    case .gauge: instruments = .gauges(try registry.gauge(rule.metric, help: rule.help, labels: names))
    case .inFlight(_, _, let seconds):
      instruments = .gauges(try registry.gauge(rule.metric, help: rule.help, labels: names))
      inFlight = InFlight(seconds: seconds)
    case .histogram(_, let buckets, let native):
      instruments = .histograms(
        try registry.histogram(
          rule.metric, help: rule.help, buckets: buckets, native: native, labels: names, exemplars: hasExemplars))
    }
    for row in rule.zero { _ = place(labels.series(row)) }
  }

  /// Takes a line that belongs to the service. One of the past is no example: it would have the present time.
  func read(_ line: LogValues, _ bytes: Span<UInt8>, at now: Moment, isPast: Bool) {
    keepsExample = rule.exemplar != nil && !isPast
    if case .inFlight(let end, let id, _) = rule.kind { return pair(line, bytes, end, id, now) }
    if let condition = rule.condition, !condition.passes(line, bytes, &text) { return }
    if !rule.captures.isEmpty { groups.read(rule.captures, line, bytes) }
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
    while let place = inFlight?.expired(now) { gauges[place].subtract() }
  }

  /// How many were forgotten before they ended.
  var forgotten: UInt64? { inFlight?.forgotten }

  private func fault(_ fault: RuleFault) { faults[fault, default: 0] &+= 1 }

  private func number(_ value: LogRule.Value, _ line: LogValues, _ bytes: Span<UInt8>) -> Double? {
    guard value.source.isThere(line, groups) else {
      fault(.missing)
      return nil
    }
    guard let number = value.source.number(line, bytes, groups), (number * value.scale).isFinite else {
      fault(.number)
      return nil
    }
    return number * value.scale
  }

  private func record(_ value: Double, _ line: LogValues, _ bytes: Span<UInt8>) {
    guard let place = place(labels.series(line, bytes, groups)) else { return }
    switch instruments {
    case .gauges: gauges[place].set(value)
    case .counters:
      if !keepsExample { return counters[place].increment(by: value) }
      counters[place].increment(by: value, exemplar: example(line, bytes))
    case .histograms:
      if !keepsExample { return histograms[place].observe(value) }
      histograms[place].observe(value, exemplar: example(line, bytes))
    }
  }

  private func example(_ line: LogValues, _ bytes: Span<UInt8>) -> ExemplarLabels? {
    text.removeAll(keepingCapacity: true)
    guard let source = rule.exemplar, source.append(line, bytes, groups, to: &text) else { return nil }
    let value = text
    guard let id = ExampleID.trace(value.span, 0..<value.count) else { return nil }
    return .trace(id: String(decoding: value[id], as: UTF8.self))
  }

  // MARK: The past

  /// Writes the first series into a second of the past, as many as have room in `samples`: the same ones each time.
  func collectPast(into sink: any SampleSink, samples: Int) {
    let limit = samples / samplesEach
    let count = min(limit, childCount)
    while pastLabels.count < count {
      let values = labels.values(pastLabels.count)
      let pairs = zip(rule.labels.map(\.name), values).map { (name: $0, value: $1) }
      pastLabels.append(LabelSet([("service", service)] + pairs))
    }
    let labels = pastLabels.prefix(count)
    sink.family(MetricFamily(rule.metric, rule.type, help: rule.help))
    switch instruments {
    case .counters: for (labels, child) in zip(labels, counters) { sink.sample(labels, child.value) }
    case .gauges: for (labels, child) in zip(labels, gauges) { sink.sample(labels, child.value) }
    case .histograms: for (labels, child) in zip(labels, histograms) { sink.histogram(labels, child.snapshot) }
    }
  }

  /// The past is written.
  func endPast() { pastLabels = [] }

  private var childCount: Int { counters.count + gauges.count + histograms.count }

  /// Samples of one series in the history.
  private var samplesEach: Int {
    if case .histogram(_, let buckets, _) = rule.kind { return buckets.upperBounds.count + 3 }
    return 1
  }

  /// Counts what begins, and what ends.
  private func pair(_ line: LogValues, _ bytes: Span<UInt8>, _ end: LogCondition, _ id: LogRule.Source, _ now: Moment) {
    let begins = rule.condition?.passes(line, bytes, &text) ?? false
    let ends = !begins && end.passes(line, bytes, &text)
    if !begins && !ends { return }
    if rule.groups > 0 { groups.read(begins ? rule.captures : rule.endCaptures, line, bytes) }
    text.removeAll(keepingCapacity: true)
    guard id.append(line, bytes, groups, to: &text), !text.isEmpty else { return fault(.missing) }
    if text.count > Limits.inFlightIDBytes { text.removeLast(text.count - Limits.inFlightIDBytes) }
    let key = text
    if ends {
      guard let place = inFlight?.end(key) else { return fault(.unpaired) }
      gauges[place].subtract()
    } else if let place = place(labels.series(line, bytes, groups)) {
      if let gone = inFlight?.begin(key, place, now) { gauges[gone].subtract() }
      gauges[place].add()
    }
  }

  /// The place of the series that was looked for last among the children; makes it when it is new. Nil when the registry
  /// would not have it.
  private func place(_ known: Int?) -> Int? {
    if let known { return known }
    let values = [service] + labels.values
    do throws(MetricsError) {
      switch instruments {
      case .counters(let family): counters.append(try family.labels(values))
      case .gauges(let family): gauges.append(try family.labels(values))
      case .histograms(let family): histograms.append(try family.labels(values))
      }
    } catch {
      return nil
    }
    return labels.keep()
  }
}
