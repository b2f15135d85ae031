// The history's own figures.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// How full the history is.
struct HistoryMetrics: Collector {
  let series: Int
  let dropped: UInt64
  let forgotten: UInt64

  func collect(into sink: any SampleSink) {
    sink.family(MetricFamily("vitals_history_series", .gauge, help: "Series that are kept in memory."))
    sink.sample(.empty, .integer(Int64(series)))
    let help = "Samples that were not kept because too many series are."
    sink.family(MetricFamily("vitals_history_dropped_samples_total", .counter, help: help))
    sink.sample(.empty, .unsigned(dropped))
    let early = "Series that came to an end and were forgotten before their time, to make room."
    sink.family(MetricFamily("vitals_history_forgotten_series_total", .counter, help: early))
    sink.sample(.empty, .unsigned(forgotten))
  }
}
