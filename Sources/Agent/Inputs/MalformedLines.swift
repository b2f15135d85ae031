// What the inputs could not understand of the kernel's files, or left out: a figure that is missing from a dashboard is
// then no riddle. One family of all inputs is written in one piece here, where each input would write a piece of it: an
// exposition that comes in pieces is put in order by copying the whole.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `vitals_input_malformed_lines_total`, `vitals_input_samples_left_out`, `vitals_input_rows_left_out`.
final class MalformedLines: Collector {
  private static let malformed = MetricFamily(
    "vitals_input_malformed_lines_total", .counter,
    help: "Lines of kernel files that were not of the expected form and left out, by input.")
  private static let samples = MetricFamily(
    "vitals_input_samples_left_out", .gauge, help: "Samples past an input's limit, by input.")
  private static let rows = MetricFamily(
    "vitals_input_rows_left_out", .gauge,
    help: "Rows of a table past the limit of \(Limits.tableRows) that have no series, by input.")

  /// A figure of some inputs, and the labels of each.
  private struct Figures<Source> {
    let family: MetricFamily
    let value: (Source) -> UInt64?
    let inputs: [Source]
    let labels: [LabelSet]

    init(_ family: MetricFamily, of inputs: [Source], _ names: [String], value: @escaping (Source) -> UInt64?) {
      (self.family, self.inputs, self.value) = (family, inputs, value)
      labels = names.map { LabelSet([("input", $0)]) }
    }

    func write(into sink: any SampleSink) {
      sink.family(family)
      let labels = labels.span
      for place in labels.indices {
        if let count = value(inputs[place]) { sink.sample(labels, place, .unsigned(count)) }
      }
    }
  }

  private let read: Figures<any Input>
  private let sampled: Figures<any Input>
  private let tables: Figures<TableInput>

  /// Which of the first two an input has does not change.
  init(_ inputs: [any Input]) {
    let readers = inputs.filter { $0.malformedLines != nil }
    let samplers = inputs.filter { $0.samplesLeftOut != nil }
    let tables = inputs.compactMap { $0 as? TableInput }
    read = Figures(MalformedLines.malformed, of: readers, readers.map(\.name)) { $0.malformedLines }
    sampled = Figures(MalformedLines.samples, of: samplers, samplers.map(\.name)) { $0.samplesLeftOut }
    self.tables = Figures(MalformedLines.rows, of: tables, tables.map(\.name)) { $0.rowsLeftOut }
  }

  func collect(into sink: any SampleSink) {
    read.write(into: sink)
    sampled.write(into: sink)
    tables.write(into: sink)
  }
}
