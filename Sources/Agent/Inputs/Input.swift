// What the pipeline knows of an input: it samples at a moment and writes its last sample into a sink. Sampling and
// collecting are apart because a tick feeds the history and a scrape reads the same sample without reading again.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// A source of samples that the agent reads once a tick.
protocol Input: AnyObject, Collector {
  /// A short name for the agent's own metrics and log, such as `cpu`.
  var name: String { get }
  /// True when a scrape may renew the sample first, because it costs microseconds.
  var isCheap: Bool { get }
  /// Seconds between two samples; 0 for one at every tick.
  var interval: Double { get }
  /// Lines of its files that were not of the expected form, since the start.
  var malformedLines: UInt64 { get }
  /// Samples of the last reading that were past a limit.
  var samplesLeftOut: UInt64 { get }
  /// Rows of tables of the last reading that were past ``Limits/tableRows``.
  var rowsLeftOut: UInt64 { get }
  /// True when its counters count what happens while the agent runs: one that appears was zero until then.
  var countsFromZero: Bool { get }
  /// Whether the history keeps its series; not where they are a sum of others that are kept.
  var isRemembered: Bool { get }
  /// True when the last ``sample(at:)`` left what it has as it was, because there is too much to read it each time.
  var isStale: Bool { get }
  /// Reads the present values. Never throws: what cannot be read is absent until it can, and said once in `log`.
  func sample(at now: Moment)
}

extension Input {
  var interval: Double { 0 }
  var malformedLines: UInt64 { 0 }
  var samplesLeftOut: UInt64 { 0 }
  var rowsLeftOut: UInt64 { 0 }
  var countsFromZero: Bool { false }
  var isRemembered: Bool { true }
  var isStale: Bool { false }
}
