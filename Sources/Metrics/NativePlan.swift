// What all threads of a native histogram agree on: the layout, and which buckets are populated. A thread asks here before
// it counts in a bucket for the first time, so that the limit is kept before a bucket too many is there. The buckets are
// two sorted arrays: at most some thousand, mostly below 160, looked at once a thread and bucket.
// SPDX-License-Identifier: Apache-2.0

/// The layout and the limit of one histogram; used under its lock.
struct NativePlan: Sendable {
  private let options: NativeBuckets
  private let clock: MetricsClock
  private(set) var layout: NativeLayout
  /// Populated buckets above the zero bucket, ascending.
  private(set) var positive: [Int] = []
  /// Populated buckets below the zero bucket, by magnitude.
  private(set) var negative: [Int] = []
  /// The last start at zero: on the steady clock, and in Unix seconds.
  private var started: UInt64
  private(set) var created: Double

  init(_ options: NativeBuckets, clock: MetricsClock) {
    self.options = options
    self.clock = clock
    layout = NativeLayout(schema: options.schema, zeroThreshold: options.zeroThreshold)
    started = clock.steadyNanoseconds
    created = clock.unixSeconds
  }

  /// Makes room for a finite value. The layout may be another one afterwards.
  mutating func admit(_ value: Double) {
    while let index = layout.bucket(of: value) {
      let buckets = value < 0 ? negative : positive
      let place = Self.place(of: index, in: buckets)
      if place < buckets.count && buckets[place] == index { return }
      if isRoom(for: index, in: buckets) || !makeRoom(for: index) {
        if value < 0 { negative.insert(index, at: place) } else { positive.insert(index, at: place) }
        return
      }
    }
  }

  /// Starts at zero when that gives back a resolution or zero bucket that was given up, and enough time has passed.
  mutating func restore() {
    let isWhole = layout.schema == options.schema && layout.zeroThreshold == options.zeroThreshold
    if !isWhole { _ = reset() }
  }

  private func isRoom(for index: Int, in buckets: [Int]) -> Bool {
    let first = min(buckets.first ?? index, index)
    let last = max(buckets.last ?? index, index)
    return positive.count + negative.count < options.maxBuckets && last - first < MetricsLimits.nativeWindow
  }

  /// The first strategy that can be had; false when all are used up.
  private mutating func makeRoom(for index: Int) -> Bool { reset() || widen(with: index) || halve() }

  private mutating func reset() -> Bool {
    let now = clock.steadyNanoseconds
    let since = Duration.nanoseconds(Int64(clamping: now &- started))
    if options.minResetDuration == .zero || since < options.minResetDuration { return false }
    started = now
    created = clock.unixSeconds
    (positive, negative) = ([], [])
    change(schema: options.schema, zeroThreshold: options.zeroThreshold)
    layout.epoch += 1
    return true
  }

  /// Takes the bucket nearest to zero into the zero bucket; it may be the new one.
  private mutating func widen(with index: Int) -> Bool {
    let nearest = min(index, positive.first ?? index, negative.first ?? index)
    let bound = NativeIndex.shared.upperBound(nearest, schema: layout.schema)
    if bound > options.maxZeroThreshold || bound <= layout.zeroThreshold { return false }
    change(schema: layout.schema, zeroThreshold: bound)
    return true
  }

  private mutating func halve() -> Bool {
    if layout.schema == NativeLayout.schemas.lowerBound { return false }
    change(schema: layout.schema - 1, zeroThreshold: layout.zeroThreshold)
    return true
  }

  private mutating func change(schema: Int, zeroThreshold: Double) {
    let earlier = layout.schema
    layout.schema = schema
    layout.zeroThreshold = zeroThreshold
    layout.version += 1
    positive = mapped(positive, from: earlier)
    negative = mapped(negative, from: earlier)
  }

  private func mapped(_ buckets: [Int], from schema: Int) -> [Int] {
    var mapped: [Int] = []
    for index in buckets.compactMap({ layout.bucket(of: $0, schema: schema) }) where mapped.last != index {
      mapped.append(index)
    }
    return mapped
  }

  /// The place of the first bucket that is not below the index.
  private static func place(of index: Int, in buckets: [Int]) -> Int {
    var (low, high) = (0, buckets.count)
    while low < high {
      let middle = (low + high) / 2
      if buckets[middle] < index { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
