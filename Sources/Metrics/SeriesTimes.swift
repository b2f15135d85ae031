// How the series of a registry's families come to their moments of creation, and whether text shows them. A moment is
// eight bytes a series; in text it is a whole series more for each, which most databases would store to no use.
// SPDX-License-Identifier: Apache-2.0

/// A registry's choice about created timestamps.
struct SeriesTimes: Sendable {
  /// Tells a new series its moment.
  let clock: MetricsClock
  /// True when OpenMetrics text has `_created` lines.
  let hasCreatedLines: Bool
}
