// The bounds of the JSON reader.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// How deep objects and arrays may nest, in levels; the open ones are bits of one machine word.
  static let jsonDepth = 64
}
