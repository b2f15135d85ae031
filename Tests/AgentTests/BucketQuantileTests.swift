import Testing

@testable import VitalsAgent

@Suite("BucketQuantile") struct BucketQuantileTests {
  private static let infinity = Double.infinity

  @Test(
    "Quantiles are those of Prometheus's histogram_quantile",
    arguments: [
      // Nothing to take one of.
      ([], 0.5, nil), ([(infinity, 5)], 0.5, nil), ([(1, 5)], 0.5, nil), ([(1, 0), (infinity, 0)], 0.5, nil),
      // Linear inside the bucket, from zero in the first.
      ([(1, 10), (infinity, 10)], 0.5, 0.5), ([(1, 10), (2, 20), (infinity, 20)], 0.75, 1.5),
      // No further than the last finite bound.
      ([(1, 1), (2, 2), (infinity, 100)], 0.99, 2),
      // An empty bucket is passed over.
      ([(1, 0), (2, 0), (4, 10), (infinity, 10)], 0.5, 3),
      // Counts out of order may not fall.
      ([(1, 10), (2, 9), (4, 20), (infinity, 20)], 0.75, 3),
    ] as [([(Double, Double)], Double, Double?)])
  func quantile(_ buckets: [(Double, Double)], _ rank: Double, _ expected: Double?) {
    var quantile = BucketQuantile()
    for (bound, count) in buckets.reversed() { quantile.add(count, upTo: bound) }
    #expect(quantile.value(rank) == expected)
  }

  @Test(
    "With the sum, observations lie as far into their buckets as it says",
    arguments: [
      // None, or out of what the buckets allow, or with some above the last bound.
      ([(1, 0), (infinity, 0)], 0, 0.5, nil), ([(1, 10), (2.5, 20), (infinity, 20)], 1e9, 0.5, 1),
      ([(1, 0), (2, 10), (infinity, 10)], -5, 0.5, 1), ([(1, 0), (2, 10), (infinity, 20)], 40, 0.25, 1.5),
      ([(-1, 10), (0, 20), (infinity, 20)], -20, 0.75, 0),
      // All alike.
      ([(1, 0), (2.5, 100), (infinity, 100)], 200, 0.5, 2), ([(1, 0), (2.5, 100), (infinity, 100)], 200, 1, 2.5),
      ([(1, 0), (2.5, 100), (infinity, 100)], 125, 0.5, 1.25), ([(1, 0), (2.5, 100), (infinity, 100)], 125, 1, 1.5),
      ([(1, 0), (2.5, 100), (infinity, 100)], 250, 0.01, 2.5),
      // Spread evenly: as without it.
      ([(1, 10), (2, 20), (infinity, 20)], 20, 0.75, 1.5),
      // In two buckets.
      ([(1, 10), (2, 20), (infinity, 20)], 15, 0.25, 0.25), ([(1, 10), (2, 20), (infinity, 20)], 15, 0.75, 1.25),
    ] as [([(Double, Double)], Double, Double, Double?)])
  func leaning(_ buckets: [(Double, Double)], _ sum: Double, _ rank: Double, _ expected: Double?) {
    var quantile = BucketQuantile()
    for (bound, count) in buckets { quantile.add(count, upTo: bound) }
    quantile.add(sum: sum)
    #expect(quantile.value(rank) == expected)
  }

  @Test("Buckets of several series add up")
  func adds() {
    var quantile = BucketQuantile()
    for _ in 0..<2 {
      quantile.add(10, upTo: 1)
      quantile.add(10, upTo: .infinity)
    }
    quantile.add(20, upTo: 2)
    #expect(quantile.value(0.25) == 0.25)
  }
}
