// Why a pattern is refused: a place in it and words for the person who wrote it.
// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a pattern.
struct PatternFault: Error, Equatable {
  /// Characters before the fault.
  let offset: Int
  /// Such as `missing )`.
  let message: String
}
