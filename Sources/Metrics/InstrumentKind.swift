// What a family must know of its kind of instrument, so that one Family serves them all: how to make a child, and how to
// write all children. Closures over whole families, so that the loop over the children is compiled for their type.
// SPDX-License-Identifier: Apache-2.0

/// How a kind of instrument is made and written.
struct InstrumentKind<Child: AnyObject & Sendable>: Sendable {
  /// Makes a child at zero.
  let make: @Sendable () -> Child
  /// Hands one child's value to a sink.
  let write: @Sendable (Child, LabelSet, any SampleSink) -> Void
  /// Appends what begins every line of a series.
  let head: @Sendable (MetricFamily, LabelSet, inout [UInt8]) -> Void
  /// Appends the lines of all series.
  let append: @Sendable (SortedSeries<Child>, MetricFamily, inout TextBuffer, _ isOpenMetrics: Bool) -> Void

  /// `name{labels} `: the whole line but for the value.
  static func scalarHead(_ family: MetricFamily, _ labels: LabelSet, _ head: inout [UInt8]) {
    head.append(contentsOf: family.name.utf8)
    if !labels.isEmpty {
      head.append(UInt8(ascii: "{"))
      head.append(contentsOf: labels.text)
      head.append(UInt8(ascii: "}"))
    }
    head.append(UInt8(ascii: " "))
  }
}

extension InstrumentKind where Child == Counter {
  /// Counters.
  static func counter(ignored: AtomicCount) -> Self {
    InstrumentKind(
      make: { Counter(ignored: ignored) }, write: { $2.sample($1, $0.value) }, head: scalarHead,
      append: { sorted, _, text, isOpenMetrics in
        sorted.forEach { counter, start, end in
          text.append(sorted.heads, from: start, to: end)
          let (whole, fraction) = counter.parts
          if fraction == 0 {
            text.append(whole)
          } else {
            text.append(Double(whole) + fraction, isOpenMetrics ? .point : .plain)
          }
          text.append(UInt8(ascii: "\n"))
        }
      })
  }
}

extension InstrumentKind where Child == Gauge {
  /// Gauges.
  static func gauge() -> Self {
    InstrumentKind(
      make: { Gauge() }, write: { $2.sample($1, $0.value) }, head: scalarHead,
      append: { sorted, _, text, isOpenMetrics in
        sorted.forEach { gauge, start, end in
          text.append(sorted.heads, from: start, to: end)
          text.append(gauge.value, isOpenMetrics ? .point : .plain)
          text.append(UInt8(ascii: "\n"))
        }
      })
  }
}

extension InstrumentKind where Child == Histogram {
  /// Histograms; the head of a line is what stands between the braces before `le`.
  static func histogram(
    bounds: BucketBounds, native: NativeBuckets?, ignored: AtomicCount, clock: MetricsClock
  ) -> Self {
    InstrumentKind(
      make: { Histogram(bounds: bounds, native: native, ignored: ignored, clock: clock) },
      write: { $2.histogram($1, $0.snapshot(isCollection: true)) },
      head: { _, labels, head in head.append(contentsOf: labels.text) },
      append: { sorted, family, text, isOpenMetrics in
        let lines = HistogramLines(family, bounds, isOpenMetrics: isOpenMetrics)
        var counts = [UInt64](repeating: 0, count: bounds.upperBounds.count + 1)
        sorted.forEach { histogram, start, end in
          let sum = histogram.read(into: &counts)
          lines.append(sorted.heads, start, end, counts, sum, histogram.hasSum, to: &text)
        }
      })
  }
}
