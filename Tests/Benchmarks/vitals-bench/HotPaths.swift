// The operations that services call millions of times, with one thread and with two on the same series.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

private enum Method: String, MetricLabel { case get = "GET", post = "POST", put = "PUT", delete = "DELETE" }
private enum Route: String, MetricLabel { case orders = "/orders/{id}", users = "/users/{id}", health = "/health" }
private enum Status: String, MetricLabel { case ok = "200", notFound = "404", failed = "500" }

/// Counting, setting and observing.
enum HotPaths {
  static func measure(_ bench: inout Bench) throws -> [Measurement] {
    let registry = Registry()
    let labels = ["method", "path", "status"]
    let counter = try registry.counter("bench_total", help: "Bench.")
    let labelled = try registry.counter("bench_labelled_total", help: "Bench.", labels: labels)
    let typed = try registry.counter(
      "bench_typed_total", help: "Bench.",
      labels: TypedLabels(("method", Method.self), ("path", Route.self), ("status", Status.self)))
    let gauge = try registry.gauge("bench_ratio", help: "Bench.")
    let histogram = try registry.histogram("bench_seconds", help: "Bench.")
    let native = try registry.histogram("bench_native_seconds", help: "Bench.", buckets: .none, native: .default)
    var results: [Measurement] = []
    for threads in [1, 2] {
      results.append(
        bench.time("counter.increment", threads: threads, count: 5_000_000) {
          for _ in 0..<$0 { counter.increment() }
        })
      results.append(
        bench.time("counter.labelled", threads: threads, count: 1_000_000) {
          for call in 0..<$0 {
            (try? labelled.labels(call & 1 == 0 ? "GET" : "POST", "/orders/{id}", "200"))?.increment()
          }
        })
      results.append(
        bench.time("counter.increment.labels", threads: threads, count: 1_000_000) {
          for call in 0..<$0 { try? labelled.increment(call & 1 == 0 ? "GET" : "POST", "/orders/{id}", "200") }
        })
      results.append(
        bench.time("counter.typed", threads: threads, count: 5_000_000) {
          for call in 0..<$0 { typed.increment(call & 1 == 0 ? .get : .post, .orders, .ok) }
        })
      results.append(
        bench.time("gauge.set", threads: threads, count: 5_000_000) {
          for call in 0..<$0 { gauge.set(Double(call)) }
        })
      results.append(
        bench.time("histogram.observe", threads: threads, count: 5_000_000) {
          for call in 0..<$0 { histogram.observe(Double(call & 15) * 0.7) }
        })
      results.append(
        bench.time("native_histogram.observe", threads: threads, count: 5_000_000) {
          for call in 0..<$0 { native.observe(Double(call & 15) * 0.7) }
        })
    }
    return results
  }
}
