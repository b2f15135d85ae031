// How many logs are followed, how many files are open for that, and what is left out.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Writes what there is to say of all logs together.
struct LogSetExposition: Collector {
  private static let files = MetricFamily("vitals_tail_files", .gauge, help: "Logs that are followed.")
  private static let open = MetricFamily("vitals_tail_open_files", .gauge, help: "Files that are open for that.")
  private static let leftOut = MetricFamily(
    "vitals_tail_left_out", .gauge, help: "Files that were found and are not followed as logs, and why.")
  private static let labels = LogSet.LeftOut.allCases.map { LabelSet([("reason", $0.rawValue)]) }
  private static let unseenLabels = LabelSet([("reason", "names")])

  let set: LogSet
  let openFiles: Int
  /// Names and directories past the limits of a look for files.
  let unseen: Int

  func collect(into sink: any SampleSink) {
    sink.family(Self.files)
    sink.sample(.empty, .integer(Int64(set.files.count)))
    sink.family(Self.open)
    sink.sample(.empty, .integer(Int64(openFiles)))
    sink.family(Self.leftOut)
    for (labels, left) in zip(Self.labels, set.leftOut) { sink.sample(labels, .integer(Int64(left.count))) }
    sink.sample(Self.unseenLabels, .integer(Int64(unseen)))
  }
}
