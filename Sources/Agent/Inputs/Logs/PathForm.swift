// How the path of a request becomes the value of a label.
// SPDX-License-Identifier: Apache-2.0

/// What a route is.
enum PathForm: Sendable {
  /// The path with its ids folded, as ``PathTemplates`` has it.
  case template
  /// The path as it was asked for, without its query: for services that have few, and for comparisons.
  case raw
}
