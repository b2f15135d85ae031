// The service's own code: it knows swift-metrics and nothing of who listens.
// SPDX-License-Identifier: Apache-2.0
import CoreMetrics

/// Pretends to serve requests, and keeps no books but its metrics.
struct Work {
  private let queue = Meter(label: "queue.length")
  private let bytes = Recorder(label: "body.bytes")
  private let credits = FloatingPointCounter(label: "credits.used")

  /// So many requests, every fourth of which is an order. As much code does, it makes its counter at each request.
  func run(requests: Int) {
    for number in 0..<requests {
      let path = number % 4 == 0 ? "/orders" : "/items"
      Counter(label: "http.requests", dimensions: [("path", path), ("http.status", "200")]).increment()
      if number % 10 == 0 { Counter(label: "http.requests", dimensions: [("path", "\"odd\"\n\\")]).increment() }
      Timer(label: "http.request", dimensions: [("path", path)]).recordMilliseconds(5)
      bytes.record(120)
      credits.increment(by: 0.5)
    }
    queue.set(requests)
    queue.decrement()
    Gauge(label: "pool.size").record(3)
    // The same name once more: shown by nobody, and counted.
    Counter(label: "http_requests").increment(by: 1_000_000)
    Counter(label: "gone.soon").destroy()
  }
}
