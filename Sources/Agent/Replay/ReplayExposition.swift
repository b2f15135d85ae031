// The summary as series: those that the agent would have served at the log's end, and what the agent has no use for, such
// as when the log began. Quantiles are for the text and JSON: a scraper makes them of the buckets.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Writes the series of a reading.
struct ReplayExposition: Collector {
  private static let lines = MetricFamily("vitals_replay_lines_total", .counter, help: "Lines read, empty ones not.")
  private static let bytes = MetricFamily(
    "vitals_replay_read_bytes_total", .counter, help: "Bytes of text read.", unit: "bytes")
  private static let refused = MetricFamily(
    "vitals_replay_invalid_lines_total", .counter, help: "Lines that do not count, wholly or in part, and why.")
  private static let untimed = MetricFamily(
    "vitals_replay_untimed_lines_total", .counter, help: "Lines that say no time.")
  private static let late = MetricFamily(
    "vitals_replay_unordered_lines_total", .counter, help: "Lines that are earlier than one before them in their file.")
  private static let start = MetricFamily(
    "vitals_replay_start_timestamp_seconds", .gauge, help: "The earliest time of a line.", unit: "seconds")
  private static let end = MetricFamily(
    "vitals_replay_end_timestamp_seconds", .gauge, help: "The latest time of a line.", unit: "seconds")
  private static let failed = MetricFamily(
    "vitals_replay_incomplete_files", .gauge, help: "Files that were not read to their end.")

  let report: ReplayReport

  /// The text of all families of a reading.
  static func text(_ report: ReplayReport, _ replay: LogReplay) -> String {
    let exposition = Exposition()
    let logs = LogExposition(rows: [], services: replay.services.filter(\.hasLines))
    exposition.render([logs, replay.rules, ReplayExposition(report: report)], as: .text)
    return String(decoding: exposition.bytes, as: UTF8.self)
  }

  func collect(into sink: any SampleSink) {
    for (family, value) in [
      (Self.lines, report.lines), (Self.bytes, report.bytes), (Self.untimed, report.witness.untimed),
      (Self.late, report.witness.late.lines),
    ] {
      sink.family(family)
      sink.sample(LabelSet([]), .unsigned(value))
    }
    sink.family(Self.refused)
    for fault in report.witness.faults {
      sink.sample(LabelSet([("reason", fault.reason.reason)]), .unsigned(fault.count))
    }
    if let span = report.span {
      sink.family(Self.start)
      sink.sample(LabelSet([]), .double(Double(span.lowerBound) / 1e9))
      sink.family(Self.end)
      sink.sample(LabelSet([]), .double(Double(span.upperBound) / 1e9))
    }
    sink.family(Self.failed)
    sink.sample(LabelSet([]), .unsigned(UInt64(report.files.count { $0.failure != nil })))
  }
}
