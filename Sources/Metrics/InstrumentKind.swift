// What a family must know of its kind of instrument, so that one Family serves them all: how to make a child, and how to
// write all children. Closures over whole families, so that the loop over the children is compiled for their type.
// SPDX-License-Identifier: Apache-2.0

/// How a kind of instrument is made and written.
struct InstrumentKind<Child: AnyObject & Sendable>: Sendable {
  /// Makes a child at zero.
  let make: @Sendable () -> Child
  /// Hands one child's value to a sink.
  let write: @Sendable (Child, LabelSet, _ created: Double, any SampleSink) -> Void
  /// Where a child's cells are, for kinds that are read all at once.
  let range: @Sendable (Child) -> CellRange?
  /// Appends what begins every line of a series.
  let head: @Sendable (MetricFamily, LabelSet, inout [UInt8]) -> Void
  /// Appends the lines of all series; nil for a kind whose series are always written into the sink. The family bears the
  /// name of the exposition, which `append` and `head` put in quotes where it is not legal by the old rules.
  let append: (@Sendable (SortedSeries<Child>, MetricFamily, inout LineBuffer, _ isOpenMetrics: Bool) -> Void)?
  /// Examples that were too long, or named what no label may be named.
  var droppedExemplars = AtomicCount()

  /// A kind of few series, or of more lines than one, that are written one by one.
  static func written(
    make: @escaping @Sendable () -> Child,
    write: @escaping @Sendable (Child, LabelSet, _ created: Double, any SampleSink) -> Void
  ) -> Self { InstrumentKind(make: make, write: write, range: { _ in nil }, head: { _, _, _ in }, append: nil) }

  /// `name{labels} `: the whole line but for the value.
  static func scalarHead(_ family: MetricFamily, _ labels: LabelSet, _ head: inout [UInt8]) {
    if !NameRules.isMetricName(family.name) {
      LabelSet.appendHead(family.name, labels, to: &head)
      return
    }
    head.append(contentsOf: family.name.utf8)
    if !labels.text.isEmpty {
      head.append(UInt8(ascii: "{"))
      head.append(contentsOf: labels.text)
      head.append(UInt8(ascii: "}"))
    }
    head.append(UInt8(ascii: " "))
  }
}

extension InstrumentKind where Child == Counter {
  /// Counters.
  static func counter(ignored: AtomicCount, exemplars: ExemplarKeeping? = nil) -> Self {
    InstrumentKind(
      make: { Counter(ignored: ignored) { exemplars?.slots(1, $0) } },
      write: { counter, labels, created, sink in
        // The example first, so that what it is of has been counted.
        let exemplar = counter.exemplar
        sink.sample(labels, counter.value, SampleDetails(created: created, exemplar: exemplar))
      }, range: \.own, head: scalarHead,
      append: { sorted, _, lines, isOpenMetrics in
        lines.totals.read(sorted.cells)
        let mayBeReset = CounterBase.isAny
        sorted.forEachHead { place, start, end in
          lines.text.append(sorted.heads, from: start, to: end)
          var (whole, fraction) = lines.totals[place]
          if mayBeReset { (whole, fraction) = sorted.series[place].child.sinceReset(whole, fraction) }
          if fraction == 0 {
            lines.text.append(whole)
          } else {
            let total = Double(whole) + min(fraction, .greatestFiniteMagnitude)
            lines.text.append(total, isOpenMetrics ? .point : .plain)
          }
          lines.text.append(UInt8(ascii: "\n"))
        }
      }, droppedExemplars: exemplars?.dropped ?? AtomicCount())
  }
}

extension InstrumentKind where Child == Gauge {
  /// Gauges.
  static func gauge() -> Self {
    InstrumentKind(
      make: { Gauge() }, write: { gauge, labels, _, sink in sink.sample(labels, gauge.value) }, range: { _ in nil },
      head: scalarHead,
      append: { sorted, _, lines, isOpenMetrics in
        sorted.forEach { gauge, start, end in
          lines.text.append(sorted.heads, from: start, to: end)
          lines.text.append(gauge.value, isOpenMetrics ? .point : .plain)
          lines.text.append(UInt8(ascii: "\n"))
        }
      })
  }
}

extension InstrumentKind where Child == Histogram {
  /// Histograms; the head of a line is what stands between the braces before `le`.
  static func histogram(
    bounds: BucketBounds, native: NativeBuckets?, ignored: AtomicCount, clock: MetricsClock,
    exemplars: ExemplarKeeping?
  ) -> Self {
    InstrumentKind(
      make: {
        Histogram(bounds: bounds, native: native, ignored: ignored, clock: clock) {
          exemplars?.slots(bounds.upperBounds.count + 1, $0)
        }
      },
      write: { histogram, labels, created, sink in
        sink.histogram(labels, histogram.snapshot(created: created, isScrape: sink is any ExpositionWriter))
      },
      range: { _ in nil },
      head: { _, labels, head in head.append(contentsOf: labels.text) },
      append: { sorted, family, lines, isOpenMetrics in
        let histogramLines = HistogramLines(family, bounds, isOpenMetrics: isOpenMetrics)
        var counts = [UInt64](repeating: 0, count: bounds.upperBounds.count + 1)
        sorted.forEach { histogram, start, end in
          let sum = histogram.read(into: &counts)
          histogramLines.append(sorted.heads, start, end, counts, sum, histogram.hasSum, to: &lines.text)
        }
      }, droppedExemplars: exemplars?.dropped ?? AtomicCount())
  }
}
