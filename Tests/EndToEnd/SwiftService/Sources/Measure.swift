// What swift-metrics' instruments cost over this backend. Nanoseconds a call, the best of several rounds.
// SPDX-License-Identifier: Apache-2.0
import CoreMetrics
import Synchronization

/// Prints a line a kind of use.
enum Measure {
  private static let rounds = 7
  private static let calls = 1_000_000

  static func run() {
    let bare = Bare()
    show("a bare relaxed atomic add") { _ in bare.add() }
    let counter = Counter(label: "m.counter", dimensions: [("a", "b")])
    show("Counter kept, increment") { _ in counter.increment() }
    let timer = Timer(label: "m.timer")
    show("Timer kept, recordNanoseconds") { timer.recordNanoseconds(Int64($0)) }
    let meter = Meter(label: "m.meter")
    show("Meter kept, set") { meter.set($0) }
    let methods = ["GET", "POST", "PUT", "DELETE"]
    show("Counter made per request, no dimensions, + increment") { _ in Counter(label: "m.plain").increment() }
    show("Counter made per request, 3 dimensions, + increment") {
      let dimensions = [("method", methods[$0 & 3]), ("path", "/api/orders"), ("status", "200")]
      Counter(label: "http.server.requests", dimensions: dimensions).increment()
    }
    show("of which swift-metrics itself, with its own backend that does nothing") {
      let dimensions = [("method", methods[$0 & 3]), ("path", "/api/orders"), ("status", "200")]
      Counter(label: "x", dimensions: dimensions, factory: NOOPMetricsHandler.instance).increment()
    }
    show("Timer made per request, 3 dimensions, + record") {
      let dimensions = [("method", methods[$0 & 3]), ("path", "/api/orders"), ("status", "200")]
      Timer(label: "http.server.request", dimensions: dimensions).recordNanoseconds(Int64($0))
    }
  }

  private final class Bare: Sendable {
    private let count = Atomic<Int>(0)
    func add() { count.wrappingAdd(1, ordering: .relaxed) }
  }

  private static func show(_ name: String, _ body: (Int) -> Void) {
    var best = Duration.seconds(3_600)
    for _ in 0..<rounds {
      best = min(
        best,
        ContinuousClock().measure {
          for number in 0..<calls { body(number) }
        })
    }
    let (seconds, attoseconds) = best.components
    let nanoseconds = (Double(seconds) * 1e9 + Double(attoseconds) * 1e-9) / Double(calls)
    print("\((nanoseconds * 10).rounded() / 10) ns  \(name)")
  }
}
