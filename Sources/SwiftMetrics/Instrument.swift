// What the backend's instruments have in common: a child of a family behind them, and a place to be destroyed at.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  import VitalsMetrics

  /// A handler of swift-metrics over a child of a family.
  protocol Instrument: AnyObject, Sendable {
    associatedtype Child: AnyObject & Sendable

    /// Which series it writes to; nil when it is detached, or shares the series of folded ones: nobody may end those.
    var series: SeriesIdentity? { get }

    /// Without a child what is recorded goes nowhere; `ignored` counts refused values.
    init(_ child: Child?, ignored: AtomicCount?, series: SeriesIdentity?)
  }
#endif
