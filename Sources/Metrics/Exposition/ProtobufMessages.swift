// The messages of metrics.proto (prometheus/client_model), field by field. What a format has no place for is left out
// here: an info and a state set are gauges.
// SPDX-License-Identifier: Apache-2.0

/// Appends the fields of messages.
enum ProtobufMessages {
  // MARK: Names

  /// Every name, a family's and a label's, goes this way.
  private static func append(name: String, to text: inout TextBuffer) { text.append(field: 1, string: name) }

  /// The fields of a MetricFamily but for its metrics.
  static func append(_ family: MetricFamily, to text: inout TextBuffer) {
    append(name: family.name, to: &text)
    if !family.help.isEmpty { text.append(field: 2, string: family.help) }
    text.append(field: 3, varint: typeNumber(family.type))
    // A scraper refuses a unit that the whole name of anything but a counter does not end with.
    if let unit = family.unit, family.type != .info, NameRules.endsWithUnit(family) {
      text.append(field: 5, string: unit)
    }
  }

  /// The label pairs of a Metric.
  static func append(_ labels: LabelSet, to text: inout TextBuffer) {
    for label in labels.writtenPairs {
      text.append(field: 1) { pair in
        append(name: label.name, to: &pair)
        pair.append(field: 2, string: label.value)
      }
    }
  }

  private static func typeNumber(_ type: MetricType) -> UInt64 {
    switch type {
    case .counter: 0
    case .gauge, .info, .stateSet: 1
    case .summary: 2
    case .unknown: 3
    case .histogram: 4
    }
  }

  /// The field of a Metric that holds a single value.
  static func valueField(of type: MetricType) -> UInt64 {
    switch type {
    case .counter: 3
    case .unknown: 5
    case .gauge, .info, .stateSet, .summary, .histogram: 2
    }
  }

  // MARK: Values

  /// A Timestamp, where the moment is known.
  static func append(moment seconds: Double?, field: UInt64, to text: inout TextBuffer) {
    guard let seconds, let whole = Int64(exactly: seconds.rounded(.down)) else { return }
    let nanoseconds = Int64(exactly: ((seconds - Double(whole)) * 1e9).rounded(.down)) ?? 0
    text.append(field: field) { timestamp in
      timestamp.append(field: 1, varint: UInt64(bitPattern: whole))
      timestamp.append(field: 2, varint: UInt64(bitPattern: min(nanoseconds, 999_999_999)))
    }
  }

  /// An Exemplar that a scraper takes.
  static func append(_ exemplar: Exemplar, field: UInt64, to text: inout TextBuffer) {
    if !exemplar.isLegal { return }
    text.append(field: field) { message in
      append(exemplar.labels, to: &message)
      message.append(field: 2, double: exemplar.value)
      append(moment: exemplar.timestamp, field: 3, to: &message)
    }
  }

  /// The fields of a Summary.
  static func append(_ snapshot: SummarySnapshot, to text: inout TextBuffer) {
    text.append(field: 1, varint: snapshot.count)
    text.append(field: 2, double: snapshot.sum)
    for one in snapshot.quantiles {
      text.append(field: 3) { quantile in
        quantile.append(field: 1, double: one.quantile)
        quantile.append(field: 2, double: one.value)
      }
    }
    append(moment: snapshot.created, field: 4, to: &text)
  }

  /// The fields of a Histogram. Of native buckets alone, +Inf is left out: they have the count.
  static func append(_ snapshot: HistogramSnapshot, to text: inout TextBuffer) {
    text.append(field: 1, varint: snapshot.count)
    text.append(field: 2, double: snapshot.sum)
    let bounds = Buckets.explicit(snapshot.upperBounds).upperBounds
    if snapshot.native == nil || !bounds.isEmpty { appendClassic(snapshot, bounds, to: &text) }
    guard let native = snapshot.native else { return append(moment: snapshot.created, field: 15, to: &text) }
    text.append(field: 5, zigzag: Int64(native.schema))
    text.append(field: 6, double: native.zeroThreshold)
    text.append(field: 7, varint: native.zeroCount)
    append(native.negative, spans: 9, deltas: 10, to: &text)
    append(native.positive, spans: 12, deltas: 13, to: &text)
    let isSilent = native.zeroThreshold == 0 && native.zeroCount == 0 && snapshot.count == 0
    // By an empty span a scraper knows a native histogram that has nothing else to show it.
    if isSilent { append(span: (0, 0), field: 12, to: &text) }
    append(moment: snapshot.created, field: 15, to: &text)
    if !bounds.isEmpty { return }
    // Those of classic buckets serve both kinds; an exemplar of native buckets needs a moment.
    for case .some(let exemplar) in snapshot.exemplars where exemplar.timestamp != nil {
      append(exemplar, field: 16, to: &text)
    }
  }

  private static func appendClassic(_ snapshot: HistogramSnapshot, _ bounds: [Double], to text: inout TextBuffer) {
    var total: UInt64 = 0
    for place in 0...bounds.count {
      total = place < bounds.count ? total &+ snapshot.counts[place] : snapshot.count
      text.append(field: 3) { bucket in
        bucket.append(field: 1, varint: total)
        bucket.append(field: 2, double: place < bounds.count ? bounds[place] : .infinity)
        if place < snapshot.exemplars.count, let exemplar = snapshot.exemplars[place] {
          append(exemplar, field: 3, to: &bucket)
        }
      }
    }
  }

  // MARK: Native buckets

  private static func append(span: (offset: Int, length: Int), field: UInt64, to text: inout TextBuffer) {
    text.append(field: field) { message in
      message.append(field: 1, zigzag: Int64(span.offset))
      message.append(field: 2, varint: UInt64(clamping: span.length))
    }
  }

  /// Spans of populated buckets, and each count as its difference from the one before.
  private static func append(
    _ window: NativeHistogramSnapshot.Window, spans: UInt64, deltas: UInt64, to text: inout TextBuffer
  ) {
    let ranges = populated(window.counts)
    if ranges.isEmpty { return }
    var end: Int?
    for range in ranges {
      let offset = end.map { range.lowerBound - $0 } ?? window.firstIndex + range.lowerBound
      append(span: (offset, range.count), field: spans, to: &text)
      end = range.upperBound
    }
    text.append(field: deltas) { packed in
      var last: UInt64 = 0
      for place in ranges.joined() {
        packed.append(zigzag: Int64(bitPattern: window.counts[place] &- last))
        last = window.counts[place]
      }
    }
  }

  /// Where the counts are that are not zero. Gaps of one or two are taken in, because their deltas are shorter than a span.
  private static func populated(_ counts: [UInt64]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for (place, count) in counts.enumerated() where count != 0 {
      if let last = ranges.last, place - last.upperBound <= 2 {
        ranges[ranges.count - 1] = last.lowerBound..<(place + 1)
      } else {
        ranges.append(place..<(place + 1))
      }
    }
    return ranges
  }
}
