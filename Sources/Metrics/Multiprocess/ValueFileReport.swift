// What a reader of value files says of itself.
// SPDX-License-Identifier: Apache-2.0

/// The figures of one collection.
struct ValueFileReport: Sendable {
  private static let files = MetricFamily(
    "vitals_value_files", .gauge, help: "Value files in the directory, by whether their worker runs.",
    isShared: true)
  private static let read = MetricFamily(
    "vitals_value_files_read_total", .counter, help: "Value files read; those of ended workers are read once.",
    isShared: true)
  private static let skipped = MetricFamily(
    "vitals_value_files_skipped", .gauge,
    help: "Files, entries and series that the last collection left out, by reason.", isShared: true)

  /// Files of running workers.
  var running: UInt64 = 0
  /// Files of ended workers.
  var ended: UInt64 = 0
  /// Files read, ever.
  var read: UInt64 = 0
  /// What was left out.
  var skipped = ValueSkips()

  /// Begins a collection.
  mutating func begin() {
    running = 0
    ended = 0
    skipped = ValueSkips()
  }

  /// Writes the figures; what was left out only where it is not zero.
  func write(directory: String, into sink: any SampleSink) {
    let own = [(name: "directory", value: directory)]
    sink.family(Self.files)
    sink.sample(LabelSet(own + [("state", "ended")]), .unsigned(ended))
    sink.sample(LabelSet(own + [("state", "running")]), .unsigned(running))
    sink.family(Self.read)
    sink.sample(LabelSet(own), .unsigned(read))
    if skipped.counts.isEmpty { return }
    sink.family(Self.skipped)
    for reason in ValueSkip.allCases {
      if let count = skipped.counts[reason] {
        sink.sample(LabelSet(own + [("reason", reason.rawValue)]), .unsigned(count))
      }
    }
  }
}
