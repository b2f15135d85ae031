// What cores did with their time between two moments, as shares of it.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Shares of CPU time by mode.
struct CPUShares {
  private var amounts: [String: Double] = [:]
  private var total = 0.0

  /// The shares of some cores' series over the `seconds` before a tick.
  init(_ series: [SeriesView], endingAt tick: Int, seconds: Double) {
    for one in series {
      guard let mode = one.labels["mode"], let growth = one.growth(endingAt: tick, seconds: seconds) else { continue }
      amounts[mode, default: 0] += growth.amount
      total += growth.amount
    }
  }

  /// The share of a mode; nil before there were two samples.
  func share(_ modes: String...) -> Double? {
    total > 0 ? modes.reduce(0) { $0 + (amounts[$1] ?? 0) } / total : nil
  }

  /// The share of all time that was work.
  var busy: Double? { share("idle", "iowait").map { max(0, 1 - $0) } }
}
