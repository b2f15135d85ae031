// How much the history keeps.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Ticks that are kept: fifteen minutes.
  static let historyTicks = 900
  /// Series that are kept; samples of further ones are dropped and counted. A sample takes one byte or two as a rule and
  /// nine at the worst: 44 MB for doubles without rhyme or reason.
  static let historySeries = 5_000
  /// Of these, series without a sample in the newest tick: processes and services that have gone. Past it those that are
  /// gone longest are forgotten before their time and counted, so that births and deaths do not use up the room of what
  /// lives.
  static let historyGoneSeries = 1_000
  /// Bytes of one stretch of a series' samples: what is read at once, and what is forgotten at once.
  static let historyBlockBytes = 320
  /// Ticks between two looks for series that have vanished.
  static let historySweepTicks = 60
  /// Seconds after which a value is no longer the present one.
  static let freshSeconds = 3.0
  /// How far back the two newest samples of a series may lie for a rate, in seconds: twice the slowest that the agent's
  /// budget makes an input of each second.
  static let seldomSeconds = 70.0
}
