// What makes two families of one kind differ beside name, help, unit, labels and buckets. A registration that is asked
// for again must agree in all of it, or one caller would get an instrument that it did not describe.
// SPDX-License-Identifier: Apache-2.0

/// The particulars of a family, by kind.
struct FamilyTraits: Sendable, Hashable {
  /// Nothing particular.
  static let none = FamilyTraits()

  /// True when counters or histograms keep examples.
  var hasExemplars = false
  /// A histogram's exponential buckets.
  var native: NativeBuckets?
  /// A summary's.
  var quantiles: [Double] = []
  /// A summary's.
  var window: Duration = .zero
  /// A state set's.
  var states: [String] = []

  /// The name of a trait that is not equal.
  func difference(from other: FamilyTraits) -> String? {
    if hasExemplars != other.hasExemplars { return "choice of exemplars" }
    if native != other.native { return "set of native buckets" }
    if quantiles != other.quantiles { return "set of quantiles" }
    if window != other.window { return "window" }
    return states.map { Array($0.utf8) } == other.states.map { Array($0.utf8) } ? nil : "set of states"
  }
}
