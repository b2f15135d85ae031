// Bounds of configuration files.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// The largest file, in bytes.
  static let configBytes = 4 << 20
  /// Mistakes that are shown of one file; the rest is a number.
  static let configFaults = 20
}
