// The series of the logs, and of following them, in a fixed order: services and files as they were named, routes as
// they came.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Writes what was counted.
struct LogExposition: Collector {
  private static let requests = MetricFamily(
    "http_requests_total", .counter, help: "Requests, each at the log line that has its status.")
  private static let durations = MetricFamily(
    "http_request_duration_seconds", .histogram, help: "Time of requests as the service logged it.", unit: "seconds")
  private static let hits = MetricFamily("cache_hits_total", .counter, help: "Log lines that say cache=hit.")
  private static let misses = MetricFamily("cache_misses_total", .counter, help: "Log lines that say cache=miss.")
  private static let levels = MetricFamily("log_lines_total", .counter, help: "Log lines by level.")
  private static let errors = MetricFamily(
    "log_errors_total", .counter, help: "Log lines at level error and above, by what they say.")
  private static let folded = MetricFamily(
    "vitals_tail_folded_requests_total", .counter, help: "Requests whose path counts as other, for want of room.")
  private static let repeated = MetricFamily(
    "vitals_tail_repeated_requests_total", .counter,
    help: "Log lines that told a request again, of a server and of its service; it counts once.")
  private static let invalid = MetricFamily(
    "vitals_tail_invalid_lines_total", .counter, help: "Log lines that do not count, wholly or in part, and why.")
  private static let lag = MetricFamily(
    "vitals_tail_lag_bytes", .gauge, help: "Bytes of the log that were there at the last look and do not count yet.",
    unit: "bytes")
  private static let age = MetricFamily(
    "vitals_tail_lag_seconds", .gauge,
    help: "For how long the oldest byte is known that does not count yet; 0 when there is none.", unit: "seconds")
  private static let overflows = MetricFamily(
    "vitals_tail_watch_overflows_total", .counter,
    help: "Times that the kernel could not say which logs changed, so that all were looked at.")

  private typealias Reading = (LogTotals) -> UInt64
  private static var readings: [(MetricFamily, Reading)] {
    [
      (
        MetricFamily("vitals_tail_read_bytes_total", .counter, help: "Bytes read of the log.", unit: "bytes"),
        { $0.readBytes }
      ),
      (MetricFamily("vitals_tail_lines_total", .counter, help: "Lines read of the log."), { $0.lines }),
      (
        MetricFamily(
          "vitals_tail_backfill_lines_total", .counter,
          help: "Lines that were there before the agent and count at their own time."), { $0.backfilled }
      ),
      (
        MetricFamily(
          "vitals_tail_lost_bytes_total", .counter, help: "Bytes certainly missed when the log was truncated.",
          unit: "bytes"), { $0.lostBytes }
      ),
      (
        MetricFamily(
          "vitals_tail_hole_bytes_total", .counter,
          help: "NUL bytes passed over: the log's writer does not append.", unit: "bytes"), { $0.holeBytes }
      ),
      (
        MetricFamily("vitals_tail_rotations_total", .counter, help: "Other files found at the log's path."),
        { $0.rotations }
      ),
      (
        MetricFamily("vitals_tail_truncations_total", .counter, help: "Truncations and rewrites of the log in place."),
        { $0.truncations }
      ),
      (
        MetricFamily(
          "vitals_tail_reopened_total", .counter, help: "Times that the log was opened anew: it could not be read on."),
        { $0.reopened }
      ),
    ]
  }

  /// What every log may bring.
  static let families = [requests, durations, hits, misses, levels, errors] + AICallExposition.families

  /// Those of the followed paths.
  let rows: [LogRows.Row]
  /// Those whose counters are shown.
  let services: [ServiceCounts]
  /// The present moment, for ages; and how often the kernel's queue ran over.
  var now = Moment(boot: 0, real: 0)
  var watchOverflows: UInt64 = 0

  /// Writes all families that have a sample.
  func collect(into sink: any SampleSink) {
    if !services.isEmpty { collectServices(into: sink) }
    if !rows.isEmpty { collectFiles(into: sink) }
  }

  private func collectServices(into sink: any SampleSink) {
    sink.family(Self.requests)
    for service in services {
      for route in service.routes {
        for status in route.statuses { sink.sample(status.labels, .unsigned(status.count)) }
      }
    }
    sink.family(Self.durations)
    for service in services {
      for (place, route) in service.routes.enumerated() {
        if let snapshot = route.durations(service.examples.kept(place)) { sink.histogram(route.labels, snapshot) }
      }
    }
    // A service without a cache has no cache series; one with a cache has both, so that a ratio can be made of them.
    let cached = services.filter { $0.hits > 0 || $0.misses > 0 }
    sink.family(Self.hits)
    for service in cached { sink.sample(service.labels, .unsigned(service.hits)) }
    sink.family(Self.misses)
    for service in cached { sink.sample(service.labels, .unsigned(service.misses)) }
    sink.family(Self.levels)
    for service in services {
      for level in service.levels { sink.sample(level.labels, .unsigned(level.count)) }
    }
    sink.family(Self.errors)
    for service in services {
      for kind in service.errors { sink.sample(kind.labels, .unsigned(kind.count)) }
    }
    AICallExposition(services: services).collect(into: sink)
    sink.family(Self.folded)
    for service in services { sink.sample(service.labels, .unsigned(service.folded)) }
    sink.family(Self.repeated)
    for service in services { sink.sample(service.labels, .unsigned(service.repeated)) }
  }

  private func collectFiles(into sink: any SampleSink) {
    let totals = rows.map { ($0.labels, $0.totals) }
    for (family, value) in Self.readings {
      sink.family(family)
      for (labels, total) in totals { sink.sample(labels, .unsigned(value(total))) }
    }
    sink.family(Self.invalid)
    for (labels, total) in totals {
      for fault in LogFault.allCases {
        guard let count = total.faults[fault] else { continue }
        sink.sample(labels.adding([("reason", fault.reason)]), .unsigned(count))
      }
    }
    sink.family(Self.lag)
    for (labels, total) in totals {
      if let bytes = total.lagBytes { sink.sample(labels, .integer(bytes)) }
    }
    sink.family(Self.age)
    for (labels, total) in totals {
      guard let bytes = total.lagBytes, bytes == 0 || total.lagSince != nil else { continue }
      let seconds = bytes == 0 ? 0 : total.lagSince.map { max(0, now.seconds(since: $0)) } ?? 0
      sink.sample(labels, .double((seconds * 1e3).rounded() / 1e3))
    }
    sink.family(Self.overflows)
    sink.sample(.empty, .unsigned(watchOverflows))
  }
}
