// What the inputs could not understand of the kernel's files, or left out: a figure that is missing from a dashboard is
// then no riddle. An input has a series here once it has something to say, as a machine has some fifty inputs and hardly
// one that ever does. One family of all inputs is written in one piece, where each input would write a piece of it: an
// exposition that comes in pieces is put in order by copying the whole.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `vitals_input_malformed_lines_total`, `vitals_input_samples_left_out`, `vitals_input_rows_left_out`.
final class InputGaps: Collector {
  private static let malformed = MetricFamily(
    "vitals_input_malformed_lines_total", .counter,
    help: "Lines of kernel files that were not as expected and left out, by input; absent where there was none.")
  private static let samples = MetricFamily(
    "vitals_input_samples_left_out", .gauge,
    help: "Samples past an input's limit, by input; absent where there is none.")
  private static let rows = MetricFamily(
    "vitals_input_rows_left_out", .gauge,
    help: """
      Rows of a table past the limit of \(Limits.tableRows) that have no series, by input; absent where there is none.
      """)

  private let inputs: [any Input]

  init(_ inputs: [any Input]) { self.inputs = inputs }

  func collect(into sink: any SampleSink) {
    write(InputGaps.malformed, into: sink) { $0.malformedLines }
    write(InputGaps.samples, into: sink) { $0.samplesLeftOut }
    write(InputGaps.rows, into: sink) { $0.rowsLeftOut }
  }

  private func write(_ family: MetricFamily, into sink: any SampleSink, _ count: (any Input) -> UInt64) {
    sink.family(family)
    for input in inputs {
      let count = count(input)
      if count > 0 { sink.sample(LabelSet([("input", input.name)]), .unsigned(count)) }
    }
  }
}
