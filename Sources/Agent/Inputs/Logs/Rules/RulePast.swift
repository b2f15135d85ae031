// What the rules of one service had at a second that is over, for the history. Each rule has an equal share of the
// room, which does not depend on what the others have: a series that had room once has it to the end, without a gap.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The rules of a service, as far as the past has room for them.
struct RulePast: Collector {
  private let counts: [RuleCounts]

  init(_ counts: [RuleCounts]) { self.counts = counts }

  func collect(into sink: any SampleSink) {
    for one in counts { one.collectPast(into: sink, samples: Limits.backlogRuleSamples / counts.count) }
  }

  /// Forgets what had been in flight for too long at a moment.
  func sweep(_ moment: Moment) { for one in counts { one.sweep(moment) } }

  /// Lets go of what only the past needs.
  func end() { for one in counts { one.endPast() } }
}
