// How much the history keeps.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Ticks that are kept: ten minutes.
  static let historyTicks = 600
  /// Series that are kept; samples of further ones are dropped and counted. Eight bytes a sample: 24 MB at the worst.
  static let historySeries = 5_000
  /// Ticks between two looks for series that have vanished.
  static let historySweepTicks = 60
  /// Seconds after which a value is no longer the present one.
  static let freshSeconds = 3.0
}
