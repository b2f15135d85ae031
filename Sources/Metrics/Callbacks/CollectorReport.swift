// What a registry says of its guarded collectors: nothing of one that never failed, and of any other whether the last
// collection had its samples and how many had not, by reason.
// SPDX-License-Identifier: Apache-2.0

/// The self-metrics of guarded collectors.
enum CollectorReport {
  private static let up = MetricFamily(
    "vitals_metrics_collector_up", .gauge,
    help: "Whether a collector that ever failed was there in its last collection.")
  private static let failures = MetricFamily(
    "vitals_metrics_collector_failures_total", .counter, help: "Collections without a collector's samples, by reason.")

  static let families = [up, failures]

  /// Writes what went wrong; collectors of one name are added up, and up when all are.
  static func write(_ collectors: [GuardedCollector], into sink: any SampleSink) {
    var counts: [String: [CollectorFailure: UInt64]] = [:]
    var areUp: [String: Bool] = [:]
    for collector in collectors {
      let (isUp, failures) = collector.health
      if failures.isEmpty { continue }
      counts[collector.name, default: [:]].merge(failures) { $0 &+ $1 }
      areUp[collector.name] = (areUp[collector.name] ?? true) && isUp
    }
    if counts.isEmpty { return }
    sink.family(up)
    for (name, isUp) in areUp.sorted(by: { $0.key < $1.key }) {
      sink.sample(LabelSet([("collector", name)]), .integer(isUp ? 1 : 0))
    }
    sink.family(failures)
    for (name, reasons) in counts.sorted(by: { $0.key < $1.key }) {
      for reason in CollectorFailure.allCases {
        if let count = reasons[reason] {
          sink.sample(LabelSet([("collector", name), ("reason", reason.rawValue)]), .unsigned(count))
        }
      }
    }
  }
}
