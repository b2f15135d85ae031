// Where an instrument's series stands, and whether it still does.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  import Synchronization
  import VitalsMetrics

  /// A series of a metric.
  final class SeriesIdentity: Sendable {
    /// The metric's label in swift-metrics.
    let label: String
    let labels: LabelSet
    private let destroyed = Atomic<Bool>(false)

    init(label: String, labels: LabelSet) {
      self.label = label
      self.labels = labels
    }

    /// True once nobody reads the series any more.
    var isDestroyed: Bool { destroyed.load(ordering: .acquiring) }

    func destroy() { destroyed.store(true, ordering: .releasing) }
  }
#endif
