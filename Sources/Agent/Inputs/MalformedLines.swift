// What the inputs could not understand of the kernel's files: a figure that is missing from a dashboard is then no riddle.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `vitals_input_malformed_lines_total`.
final class MalformedLines: Collector {
  private let inputs: [(input: any Input, labels: LabelSet)]

  init(_ inputs: [any Input]) { self.inputs = inputs.map { ($0, LabelSet([("input", $0.name)])) } }

  func collect(into sink: any SampleSink) {
    let help = "Lines of kernel files that were not of the expected form and left out, by input."
    sink.family(MetricFamily("vitals_input_malformed_lines_total", .counter, help: help))
    for (input, labels) in inputs {
      if let count = input.malformedLines { sink.sample(labels, .unsigned(count)) }
    }
  }
}
