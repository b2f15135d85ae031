// How a table of the kernel becomes series: a column is a family, a row one series of each.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The families and labels of a table.
struct TableShape: Sendable {
  /// The names of the labels, in the order of a row's keys; all are written, also those without a value.
  let labels: [String]
  /// The family of each column.
  let families: [MetricFamily]
}
