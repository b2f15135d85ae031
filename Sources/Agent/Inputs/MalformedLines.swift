// What the inputs could not understand of the kernel's files: a figure that is missing from a dashboard is then no riddle.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `vitals_input_malformed_lines_total`, `vitals_input_samples_left_out`.
final class MalformedLines: Collector {
  private static let malformed = MetricFamily(
    "vitals_input_malformed_lines_total", .counter,
    help: "Lines of kernel files that were not of the expected form and left out, by input.")
  private static let leftOut = MetricFamily(
    "vitals_input_samples_left_out", .gauge, help: "Samples past an input's limit, by input.")

  private let inputs: [(input: any Input, labels: LabelSet)]

  init(_ inputs: [any Input]) { self.inputs = inputs.map { ($0, LabelSet([("input", $0.name)])) } }

  func collect(into sink: any SampleSink) {
    sink.family(MalformedLines.malformed)
    for (input, labels) in inputs {
      if let count = input.malformedLines { sink.sample(labels, .unsigned(count)) }
    }
    sink.family(MalformedLines.leftOut)
    for (input, labels) in inputs {
      if let count = input.samplesLeftOut { sink.sample(labels, .unsigned(count)) }
    }
  }
}
