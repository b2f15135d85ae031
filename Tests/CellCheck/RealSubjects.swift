// What is checked: the library's own instruments.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// A counter under check.
protocol CheckedCounter: AnyObject, Sendable {
  func increment()
  var total: UInt64 { get }
}

/// A histogram under check: bucket `i` holds observations of the value `i`. Each writer has a number of its own.
protocol CheckedHistogram: AnyObject, Sendable {
  func observe(_ bucket: Int, writer: Int)
  var reading: (counts: [UInt64], sum: Double) { get }
}

final class RealCounter: CheckedCounter {
  private let registry = Registry()
  private let counter: Counter?

  init() { counter = try? registry.counter("a_total", help: "") }

  func increment() { counter?.increment() }

  /// As a scrape shows it; it folds the cells of all series at once, on another way than a handle's own value.
  var total: UInt64 {
    let text = String(decoding: registry.exposition(.text), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("a_total ") }
    return line.flatMap { UInt64($0.dropFirst(8)) } ?? .max
  }
}

final class RealHistogram: CheckedHistogram {
  private let registry = Registry()
  private let histogram: Histogram?

  init() {
    let buckets = Buckets.linear(start: 0.5, width: 1, count: HistogramChecks.buckets - 1)
    histogram = try? registry.histogram("a", help: "", buckets: buckets)
  }

  func observe(_ bucket: Int, writer: Int) { histogram?.observe(Double(bucket)) }

  var reading: (counts: [UInt64], sum: Double) {
    let snapshot = histogram?.snapshot
    return (snapshot?.counts ?? [], snapshot?.sum ?? .nan)
  }
}
