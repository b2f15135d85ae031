// Writes what value files add up to. Families stand by name and series by label text, so that two collections of the
// same files are equal byte for byte.
// SPDX-License-Identifier: Apache-2.0

/// One collection's way into a sink.
struct ValueFileOutput {
  private typealias Row = (labels: LabelSet, value: Double)

  private let sink: any SampleSink
  private var perProcess: [Int32: [Row]] = [:]
  private var last = ""

  init(_ sink: any SampleSink) { self.sink = sink }

  /// Writes all families.
  mutating func write(_ reader: inout ValueFileReader) {
    gatherPerProcess(&reader)
    for place in reader.series.order {
      let group = reader.series.groups[Int(place)]
      let rows = group.kind.mode?.isPerProcess ?? false ? gathered(group) : []
      if rows.isEmpty && !group.series.contains(where: { Self.isThere(reader.series.series[Int($0)], reader.totals) }) {
        continue
      }
      if group.family.name == last {
        reader.skipSeries(.conflict)
        continue
      }
      last = group.family.name
      sink.family(group.family)
      for row in rows { sink.sample(row.labels, .double(row.value)) }
      for place in group.series {
        if let reason = write(reader.series.series[Int(place)], group.kind, reader.totals) { reader.skipSeries(reason) }
      }
    }
  }

  private mutating func gatherPerProcess(_ reader: inout ValueFileReader) {
    for place in reader.perProcess {
      for row in reader.perProcessSeries(place) {
        perProcess[row.series, default: []].append((row.labels, row.value))
      }
    }
  }

  private func gathered(_ group: ValueSeriesTable.Group) -> [Row] {
    group.series.flatMap { perProcess[$0] ?? [] }
      .sorted { $0.labels.text.lexicographicallyPrecedes($1.labels.text) }
  }

  private static func isThere(_ series: ValueSeries, _ totals: ValueTotals) -> Bool {
    totals.latestValue(series.value) != nil || totals.latestValue(series.sum) != nil
      || series.buckets.contains { totals.latestValue($0.slot) != nil }
  }

  /// Writes one series, when it is there; a reason when it cannot be.
  private func write(_ series: ValueSeries, _ kind: ValueFileKind, _ totals: ValueTotals) -> ValueSkip? {
    switch kind {
    case .gauge(let mode) where mode.isMostRecent:
      if let value = totals.latestValue(series.value) { sink.sample(series.labels, .double(value)) }
    case .gauge, .counter:
      if let value = totals.value(series.value) { sink.sample(series.labels, .double(value)) }
    case .histogram, .summary:
      return Self.isThere(series, totals) ? writeCounts(series, kind, totals) : nil
    }
    return nil
  }

  /// A bucket that no file has any more has no place among the others.
  private func writeCounts(_ series: ValueSeries, _ kind: ValueFileKind, _ totals: ValueTotals) -> ValueSkip? {
    var bounds: [Double] = []
    var counts: [UInt64] = []
    var above: UInt64 = 0
    var isThere = false
    for bucket in kind == .summary ? [(Double.infinity, series.value ?? -1)] : series.buckets {
      guard bucket.1 >= 0, let value = totals.value(bucket.1) else { continue }
      guard let count = UInt64(exactly: value) else { return .value }
      isThere = true
      if bucket.0.isInfinite {
        above = count
      } else {
        bounds.append(bucket.0)
        counts.append(count)
      }
    }
    guard isThere, let sum = totals.value(series.sum) else { return .incomplete }
    if kind == .summary {
      sink.summary(series.labels, SummarySnapshot(quantiles: [], count: above, sum: sum))
    } else {
      sink.histogram(series.labels, HistogramSnapshot(upperBounds: bounds, counts: counts + [above], sum: sum))
    }
    return nil
  }
}
