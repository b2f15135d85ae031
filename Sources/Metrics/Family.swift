// The children of one metric, by label values. The table lies under one lock; the sorted order is worked out after the
// lock is let go and kept until a child comes or goes, so that a scrape of a steady family only copies a reference. An
// instrument without labels is a family with the one child that has none.
// SPDX-License-Identifier: Apache-2.0

/// All series of one labelled metric. Thread-safe. Looking a child up costs a lock and a few allocations: keep the
/// child where the label values are constants.
///
/// A family without children writes nothing. Past ``MetricsLimits/seriesPerFamily`` further label values share one
/// child whose labels all read `other`.
public final class Family<Child: Sendable>: RegisteredFamily {
  private struct Table: Sendable {
    var children: [LabelSet: Child] = [:]
    var sorted: [(labels: LabelSet, child: Child)]?
    var generation: UInt64 = 0
  }

  let description: MetricFamily
  let labelNames: [String]
  /// A histogram's bounds.
  let buckets: Buckets?
  package let folded = AtomicCount()
  package let ignored: AtomicCount
  private let limit: Int
  private let make: @Sendable () -> Child
  private let render: @Sendable (Child, LabelSet, any SampleSink) -> Void
  private let table = Locked(Table())

  init(
    _ description: MetricFamily, labelNames: [String], limit: Int, ignored: AtomicCount,
    buckets: Buckets? = nil, make: @escaping @Sendable () -> Child,
    render: @escaping @Sendable (Child, LabelSet, any SampleSink) -> Void
  ) {
    self.description = description
    self.labelNames = labelNames
    self.limit = limit
    self.ignored = ignored
    self.buckets = buckets
    self.make = make
    self.render = render
  }

  /// The child with these values, one a label in the order of the label names; made when it is not there yet.
  public func labels(_ values: String...) throws(MetricsError) -> Child { try labels(values) }

  /// The child with these values, one a label in the order of the label names; made when it is not there yet.
  ///
  /// Values that differ in their bytes are different series, also where Swift calls the strings equal.
  public func labels(_ values: [String]) throws(MetricsError) -> Child { child(try labelSet(values)) }

  /// Ends the series with these values. Who still holds the child may go on using it; nobody will read it.
  @discardableResult
  public func remove(_ values: String...) throws(MetricsError) -> Bool {
    remove(try labelSet(values))
  }

  /// Ends the series with these labels; false when there is none.
  @discardableResult
  package func remove(_ labels: LabelSet) -> Bool {
    table.withLock { table in
      if table.children.removeValue(forKey: labels) == nil { return false }
      table.sorted = nil
      table.generation &+= 1
      return true
    }
  }

  /// The child with these labels, whatever their names: for adapters of interfaces that let the names differ from call to
  /// call. The data model allows that, since an absent label is an empty one.
  package func child(_ labels: LabelSet) -> Child {
    let (child, isFolded) = table.withLock { table -> (Child, Bool) in
      if let child = table.children[labels] { return (child, false) }
      let isFolded = table.children.count >= limit && !labelNames.isEmpty
      let key = isFolded ? overflow : labels
      if let child = table.children[key] { return (child, isFolded) }
      let child = make()
      table.children[key] = child
      table.sorted = nil
      table.generation &+= 1
      return (child, isFolded)
    }
    if isFolded { folded.add(1) }
    return child
  }

  func write(into sink: any SampleSink) {
    let series = sortedSeries()
    if series.isEmpty { return }
    sink.family(description)
    for (labels, child) in series { render(child, labels, sink) }
  }

  private var overflow: LabelSet { LabelSet(labelNames.map { ($0, MetricsLimits.overflowValue) }) }

  private func labelSet(_ values: [String]) throws(MetricsError) -> LabelSet {
    if values.count != labelNames.count {
      throw .wrongValueCount(metric: description.name, expected: labelNames.count, given: values.count)
    }
    return LabelSet(zip(labelNames, values).map { ($0, $1) })
  }

  private func sortedSeries() -> [(labels: LabelSet, child: Child)] {
    let (sorted, children, generation) = table.withLock { ($0.sorted, $0.children, $0.generation) }
    if let sorted { return sorted }
    let series = children.map { (labels: $0.key, child: $0.value) }
      .sorted { $0.labels.text.lexicographicallyPrecedes($1.labels.text) }
    table.withLock { if $0.generation == generation { $0.sorted = series } }
    return series
  }
}
