// The series of calls to language models; a service that makes none has none.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Writes what was counted.
struct AICallExposition: Collector {
  private static let calls = MetricFamily(
    "ai_api_calls_total", .counter, help: "Log lines that say a call to a language model, by status.")
  private static let durations = MetricFamily(
    "ai_api_duration_seconds", .histogram, help: "Time of such calls as the service logged it.", unit: "seconds")
  private static let tokens = MetricFamily("ai_api_tokens_total", .counter, help: "Tokens of such calls, by type.")

  /// What a log may bring.
  static let families = [calls, durations, tokens]

  let services: [ServiceCounts]

  func collect(into sink: any SampleSink) {
    let models = services.flatMap(\.models)
    if models.isEmpty { return }
    sink.family(Self.calls)
    for model in models {
      for status in model.statuses { sink.sample(status.labels, .unsigned(status.count)) }
    }
    sink.family(Self.durations)
    for model in models {
      if let snapshot = model.durations { sink.histogram(model.labels, snapshot) }
    }
    sink.family(Self.tokens)
    for model in models {
      for one in model.tokens { sink.sample(one.labels, .unsigned(one.count)) }
    }
  }
}
