// The one place that says which version this is.
// SPDX-License-Identifier: Apache-2.0

/// The product's version.
enum Version {
  /// As `--version` prints it and `vitals_build_info` bears it.
  static let text = "0.1.0"
}
