// What many series cost: an exposition of them, the memory of each, and making them. Counters with three labels, as
// services have them; some figures again after 16 and 64 threads have counted in every series.
// SPDX-License-Identifier: Apache-2.0
import CHeapCount
import VitalsMetrics

/// Exposition, memory and registration by the number of series.
enum Scale {
  private static func family(_ registry: Registry, _ count: Int) throws -> [Counter] {
    let family = try registry.counter("bench_total", help: "Bench.", labels: ["method", "path", "status"])
    return try (0..<count).map { try family.labels("GET", "/orders/\($0)", "200") }
  }

  private static func registry(_ count: Int) -> Registry {
    Registry(limits: MetricsLimits(seriesPerFamily: count + 1, series: count + 1))
  }

  static func measure(_ bench: inout Bench) throws -> [Measurement] {
    var results: [Measurement] = []
    for (name, count) in [("10k", 10_000), ("100k", 100_000), ("1m", 1_000_000)] {
      results += try exposition(&bench, name, count, threads: count == 10_000 ? [1, 16, 64] : [1])
    }
    for threads in [1, 16, 64] { results.append(try memory(threads)) }
    for count in [1_000, 10_000, 100_000] { results.append(try registration(count)) }
    return results
  }

  private static func exposition(
    _ bench: inout Bench, _ name: String, _ count: Int, threads: [Int]
  ) throws -> [Measurement] {
    let registry = registry(count)
    let counters = try family(registry, count)
    for (place, counter) in counters.enumerated() { counter.increment(by: place) }
    var results: [Measurement] = []
    for threads in threads {
      if threads > 1 { Crew(threads - 1) { for counter in counters { counter.increment() } }.run() }
      results.append(warm(&bench, registry, "exposition.sample.\(name)", threads, count))
    }
    return results
  }

  /// One exposition into a warm buffer, by sample.
  private static func warm(
    _ bench: inout Bench, _ registry: Registry, _ name: String, _ threads: Int, _ count: Int
  ) -> Measurement {
    let exposition = Exposition()
    exposition.render(registry)
    let bytes = exposition.withBytes { $0.count }
    var times: [(nanoseconds: Double, ratio: Double)] = []
    var heap = Double.infinity
    for _ in 0..<bench.rounds {
      let add = bench.atomicAdd()
      let before = heap_operations()
      let scrapes = max(1, 1_000_000 / count)
      let each = Bench.nanoseconds(scrapes) { for _ in 0..<$0 { exposition.render(registry) } } / Double(count)
      heap = min(heap, Double(heap_operations() - before) / Double(scrapes * count))
      times.append((each, each / add))
    }
    times.sort { $0.ratio < $1.ratio }
    let median = times[times.count / 2]
    return Measurement(
      name: name, threads: threads, nanoseconds: median.nanoseconds, ratio: median.ratio,
      heapOperations: heap_is_counted() == 1 ? heap : nil,
      megabytesPerSecond: Double(bytes) / Double(count) / median.nanoseconds * 1e3)
  }

  /// Heap bytes of a counter with three labels after a first exposition, when so many threads have touched all.
  private static func memory(_ threads: Int) throws -> Measurement {
    let count = 100_000
    let before = heap_bytes()
    let registry = registry(count)
    let counters = try family(registry, count)
    Crew(threads) { for counter in counters { counter.increment() } }.run()
    Exposition().render(registry)
    let bytes = Double(heap_bytes() - before) / Double(count)
    return Measurement(name: "memory.series", threads: threads, bytes: heap_is_counted() == 1 ? bytes : nil)
  }

  /// Nanoseconds to make a series; the same at every size when making is linear.
  private static func registration(_ count: Int) throws -> Measurement {
    let before = heap_operations()
    let begin = ContinuousClock.now
    let counters = try family(registry(count), count)
    let each = Bench.elapsed(since: begin) / Double(counters.count)
    return Measurement(
      name: "registration.\(count / 1_000)k", threads: 1, nanoseconds: each,
      heapOperations: heap_is_counted() == 1 ? Double(heap_operations() - before) / Double(count) : nil)
  }
}
