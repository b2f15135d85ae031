// A collector without a name, asked on the collecting thread and straight into the sink. The one thing that is seen to is
// that a collector which scrapes its own registry is passed over in that scrape, as it would never come to an end.
// SPDX-License-Identifier: Apache-2.0

/// A registered collector that a collection trusts. Thread-safe; a call costs two locks for an assignment.
final class PlainCollector: Sendable {
  private let collector: any Collector & Sendable
  /// The threads that are in it.
  private let threads = Locked<[UInt]>([])

  init(_ collector: any Collector & Sendable) { self.collector = collector }

  /// Has the collector write its samples, unless it has come back to itself.
  func collect(into sink: any SampleSink) {
    let thread = HelperThreads.currentThread
    let isWithin = threads.withLock { threads in
      if threads.contains(thread) { return true }
      threads.append(thread)
      return false
    }
    if isWithin { return }
    collector.collect(into: sink)
    threads.withLock { $0.removeAll { $0 == thread } }
  }
}
