// The rules' series of the services that have caught up with their logs.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// All that rules count, but of some services.
struct RulesOnTime: Collector {
  let rules: LogRules
  let late: Set<String>

  func collect(into sink: any SampleSink) {
    rules.collect(into: late.isEmpty ? sink : ServiceSieve(sink, without: late))
  }
}
