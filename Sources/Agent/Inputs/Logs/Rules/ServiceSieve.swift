// Leaves out the series of services that have not caught up with their logs. Series of all services stand in one registry,
// whose families write themselves whole; for the seconds after a start each of their samples is looked at instead.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Passes samples on by their label `service`.
final class ServiceSieve: SampleSink {
  private let sink: any SampleSink
  private let late: Set<String>

  init(_ sink: any SampleSink, without late: Set<String>) {
    self.sink = sink
    self.late = late
  }

  func family(_ family: MetricFamily) { sink.family(family) }

  func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) {
    if isOnTime(labels) { sink.sample(labels, value, details) }
  }

  func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) {
    if isOnTime(labels) { sink.histogram(labels, snapshot) }
  }

  func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) {
    if isOnTime(labels) { sink.summary(labels, snapshot) }
  }

  private func isOnTime(_ labels: LabelSet) -> Bool { labels["service"].map { !late.contains($0) } ?? true }
}
