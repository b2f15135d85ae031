// Counting by label values in one call, as typed families have it. It is not only shorter than looking a child up and
// calling it: a child that is handed out is counted as a reference and let go of again, two locked instructions that cost
// as much as the rest, and a child that only counts here is borrowed from what the thread looked up last. What takes more
// than a few stores, such as a thread's first, goes the longer way by the child.
// SPDX-License-Identifier: Apache-2.0

extension Family where Child == Counter {
  /// Adds one to the counter with this label value, which is made when it is not there yet. Thread-safe. Cheaper than to
  /// look the child up and increment it, dearer than to keep the child.
  public func increment(_ first: String) throws(MetricsError) {
    if recent(first, { $0.incrementQuickly() ? () : nil }) == nil { try labels(first).increment() }
  }

  /// Adds one to the counter with these label values, in the order of the label names.
  public func increment(_ first: String, _ second: String) throws(MetricsError) {
    if recent(first, second, { $0.incrementQuickly() ? () : nil }) == nil { try labels(first, second).increment() }
  }

  /// Adds one to the counter with these label values, in the order of the label names.
  public func increment(_ first: String, _ second: String, _ third: String) throws(MetricsError) {
    if recent(first, second, third, { $0.incrementQuickly() ? () : nil }) == nil {
      try labels(first, second, third).increment()
    }
  }
}

extension Family where Child == Gauge {
  /// Replaces the value of the gauge with this label value.
  public func set(_ value: Double, _ first: String) throws(MetricsError) {
    if recent(first, { $0.set(value) }) == nil { try labels(first).set(value) }
  }

  /// Replaces the value of the gauge with these label values, in the order of the label names.
  public func set(_ value: Double, _ first: String, _ second: String) throws(MetricsError) {
    if recent(first, second, { $0.set(value) }) == nil { try labels(first, second).set(value) }
  }

  /// Replaces the value of the gauge with these label values, in the order of the label names.
  public func set(_ value: Double, _ first: String, _ second: String, _ third: String) throws(MetricsError) {
    if recent(first, second, third, { $0.set(value) }) == nil { try labels(first, second, third).set(value) }
  }
}

extension Family where Child == Histogram {
  /// Counts a value in the histogram with this label value.
  public func observe(_ value: Double, _ first: String) throws(MetricsError) {
    if recent(first, { $0.observeQuickly(value) ? () : nil }) == nil { try labels(first).observe(value) }
  }

  /// Counts a value in the histogram with these label values, in the order of the label names.
  public func observe(_ value: Double, _ first: String, _ second: String) throws(MetricsError) {
    if recent(first, second, { $0.observeQuickly(value) ? () : nil }) == nil {
      try labels(first, second).observe(value)
    }
  }

  /// Counts a value in the histogram with these label values, in the order of the label names.
  public func observe(_ value: Double, _ first: String, _ second: String, _ third: String) throws(MetricsError) {
    if recent(first, second, third, { $0.observeQuickly(value) ? () : nil }) == nil {
      try labels(first, second, third).observe(value)
    }
  }
}
