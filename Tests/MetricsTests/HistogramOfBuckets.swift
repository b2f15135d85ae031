// A histogram that no registry keeps.
// SPDX-License-Identifier: Apache-2.0
@testable import VitalsMetrics

extension Histogram {
  convenience init(buckets: Buckets, ignored: AtomicCount) {
    self.init(bounds: BucketBounds(upperBounds: buckets.upperBounds), ignored: ignored)
  }
}
