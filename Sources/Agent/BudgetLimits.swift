// What the agent allows itself.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Share of a core that the agent may use; above it, inputs are sampled less often.
  static let cpuShare = 0.02
  /// Seconds over which the share is taken.
  static let cpuWindowSeconds = 10.0
  /// A window of more seconds than this says nothing: the machine was suspended, or the agent was not let run.
  static let cpuWindowSecondsAtMost = 30.0
  /// Part of the share that must stay free when an input is to be sampled more often again.
  static let cpuShareSpare = 0.25
  /// Part of the share up to which an input is let be: less often, it would save nothing and only be coarse.
  static let cpuShareInput = 0.05
  /// An input's interval is lengthened to this many times its own at most.
  static let intervalStretch = 32.0
}
