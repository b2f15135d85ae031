// The counters of a service's logs as one value, so that a chunk of lines is counted under one access.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// What lines add up to.
struct LogTally {
  /// Lines by level.
  var levels: LevelTable
  /// Requests by method, path and status, and their durations.
  var routes: RouteTable
  /// Lines at level error and above, by what they say.
  var errors: ErrorTable
  /// Calls to language models.
  var calls: AICallTable
  /// What caches answered.
  private(set) var hits: UInt64 = 0
  private(set) var misses: UInt64 = 0

  /// Nothing counted yet; `labels` begin those of each series.
  init(labels: LabelSet, paths form: PathForm, routeLimit: Int) {
    levels = LevelTable(labels: labels)
    routes = RouteTable(labels: labels, paths: form, limit: routeLimit)
    errors = ErrorTable(labels: labels)
    calls = AICallTable(labels: labels)
  }

  /// Counts a cache's answer.
  mutating func countCache(isHit: Bool) {
    if isHit { hits &+= 1 } else { misses &+= 1 }
  }
}
