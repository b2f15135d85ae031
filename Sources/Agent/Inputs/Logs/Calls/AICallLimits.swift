// Bounds of what is counted of calls to language models.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Models that a service may have; further ones count as `other`.
  static let aiModels = 50
  /// Statuses that a model may have; further ones count as `other`.
  static let aiStatuses = 16
  /// The longest model or status, in bytes; a longer one is cut before a character.
  static let aiNameBytes = 96
  /// The most tokens that are believed of one call.
  static let aiTokens = 1e9
}
