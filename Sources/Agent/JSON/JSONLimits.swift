// The bounds of the JSON reader.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// How deep objects and arrays may nest, in levels; the open ones are bits of one machine word.
  static let jsonDepth = 64
  /// How many keys one reader of lines looks for.
  static let jsonPaths = 256
  /// How many ways to write them all these may have; with their steps, fewer nodes than the memory of keys can number.
  static let jsonWays = 4_096
  /// How many steps a key's path may have; a dotted name of so many has 2 to the number less one ways to be written.
  static let jsonPathSteps = 8
  /// How many texts between values are remembered, for each file; then the memory starts anew.
  static let jsonKnownKeys = 256
}
