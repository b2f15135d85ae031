// One key of a form and what its value means.
// SPDX-License-Identifier: Apache-2.0

/// Where a role's value stands.
struct LogField: Hashable, Sendable {
  let role: LogRole
  /// The key; dots part nested objects, or stand in the key, or both.
  let path: String
  var unit = LogUnit.none

  /// Several keys of one role, the one that counts first.
  static func keys(_ role: LogRole, _ paths: String..., unit: LogUnit = .none) -> [LogField] {
    paths.map { LogField(role: role, path: $0, unit: unit) }
  }
}
