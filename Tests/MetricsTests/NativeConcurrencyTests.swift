// Many threads on one native histogram, while its layout changes under them and others read it: nothing is lost, nothing
// is counted twice.
// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import VitalsMetrics

@Suite("Native histograms and threads")
struct NativeConcurrencyTests {
  private static let threads = 6
  private static let rounds = 20_000

  /// Values whose sums are exact, over ever more powers of two and of both signs.
  private static func value(_ thread: Int, _ round: Int) -> Double {
    var mixed = UInt64(thread * rounds + round) &* 0x9e37_79b9_7f4a_7c15
    mixed ^= mixed >> 29
    let size = Double(1 << (Int(mixed & 0xffff) * (round + 1) / rounds * 20 >> 16)) * (1 + Double(mixed >> 40 & 7) / 8)
    return mixed >> 50 & 15 == 0 ? -size : mixed >> 50 & 15 == 1 ? 0 : size
  }

  /// Runs `body` in real threads, so that the scheduler stops them anywhere, and `beside` in another until they end.
  private static func run(_ body: @escaping @Sendable (Int) -> Void, beside: @escaping @Sendable () -> Void) {
    let (working, reading) = (DispatchGroup(), DispatchGroup())
    for thread in 0..<threads {
      working.enter()
      Thread.detachNewThread {
        body(thread)
        working.leave()
      }
    }
    reading.enter()
    Thread.detachNewThread {
      while working.wait(timeout: .now()) == .timedOut { beside() }
      reading.leave()
    }
    working.wait()
    reading.wait()
  }

  @Test(
    "Each value is in its bucket of the last layout, and the sum is exact",
    arguments: [
      NativeBuckets.schema(8, maxBuckets: 8, minResetDuration: .zero), .schema(3, minResetDuration: .zero),
      .schema(4, maxBuckets: 24, minResetDuration: .zero, maxZeroThreshold: 64),
    ])
  func exact(_ options: NativeBuckets) throws {
    let histogram = Histogram(
      bounds: BucketBounds(upperBounds: [-1, 0, 10, 1_000]), native: options, ignored: AtomicCount())
    let last = AtomicCount()
    let backwards = AtomicCount()
    Self.run { thread in
      for round in 0..<Self.rounds { histogram.observe(Self.value(thread, round)) }
    } beside: {
      let snapshot = histogram.snapshot
      let isWhole = snapshot.native?.isValid(count: snapshot.count) == true
      if snapshot.count < last.value || !isWhole { backwards.add(1) }
      last.add(snapshot.count &- last.value)
    }
    #expect(backwards.value == 0)
    let snapshot = histogram.snapshot
    let native = try #require(snapshot.native)
    let layout = NativeLayout(schema: native.schema, zeroThreshold: native.zeroThreshold)
    var (positive, negative, zeros, sum): ([Int: UInt64], [Int: UInt64], UInt64, Double) = ([:], [:], 0, 0)
    for thread in 0..<Self.threads {
      for round in 0..<Self.rounds {
        let value = Self.value(thread, round)
        sum += value
        guard let index = layout.bucket(of: value) else {
          zeros += 1
          continue
        }
        if value < 0 { negative[index, default: 0] += 1 } else { positive[index, default: 0] += 1 }
      }
    }
    #expect(Self.buckets(native.positive) == positive)
    #expect(Self.buckets(native.negative) == negative)
    #expect(native.zeroCount == zeros)
    #expect(snapshot.sum == sum)
    #expect(snapshot.count == UInt64(Self.threads * Self.rounds))
    #expect(positive.count + negative.count <= options.maxBuckets)
  }

  private static func buckets(_ window: NativeHistogramSnapshot.Window) -> [Int: UInt64] {
    var buckets: [Int: UInt64] = [:]
    for (place, count) in window.counts.enumerated() where count > 0 { buckets[window.firstIndex + place] = count }
    return buckets
  }

  @Test("With starts at zero all the while, what was forgotten and what stands are all there was")
  func resets() throws {
    let clock = ManualClock()
    let registry = Registry(clock: clock.clock)
    let options = NativeBuckets.schema(5, maxBuckets: 12, minResetDuration: .seconds(1), maxZeroThreshold: 2)
    let native = NativeCells(options, bounds: 0, clock: clock.clock)
    let exposed = try registry.histogram("a", help: "", buckets: .explicit([1, 8]), native: options)
    let created = AtomicCount()
    Self.run { thread in
      for round in 0..<Self.rounds {
        let value = Self.value(thread, round)
        if !native.observe(value, bound: 0) { _ = native.observeSlowly(value, bound: 0) }
        exposed.observe(value)
        if round % 100 == 0 { clock.advance(1) }
      }
    } beside: {
      _ = registry.exposition(.protobuf)
      if native.read(isScrape: true).created > 1.7e9 { created.add(1) }
    }
    #expect(native.totalEver == UInt64(Self.threads * Self.rounds))
    #expect(native.read(isScrape: false).created > 1.7e9)
    #expect(created.value > 0)
  }
}
