// Bounds of the look at proportional memory.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Seconds between two readings, at least.
  static let proportionalSeconds = 60.0
  /// CPU seconds after which a reading ends; those processes that are left over are the next one's first.
  static let proportionalCPUSeconds = 0.1
}
