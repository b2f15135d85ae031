// One series of each family of a table, as a helper thread hands it over.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// One line of a table.
struct TableRow: Equatable, Sendable {
  /// The labels' values.
  let keys: [String]
  /// A value for each family of the shape; nil where there is none.
  let values: [MetricValue?]
}
