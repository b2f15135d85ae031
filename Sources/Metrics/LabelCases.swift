// The combinations of the cases of some enums, in the order in which a typed family numbers them.
// SPDX-License-Identifier: Apache-2.0

/// Names and values of typed labels.
struct LabelCases: Sendable {
  private(set) var names: [String] = []
  private var values: [[String]] = []
  private(set) var areNumbered = true

  /// Adds a label, whose cases change faster than those before.
  mutating func add<Label: MetricLabel>(_ name: String, _ type: Label.Type) {
    names.append(name)
    values.append(Label.allCases.map(\.rawValue))
    areNumbered = areNumbered && LabelCase.areNumbered(Label.self)
  }

  /// Cases of each label.
  var counts: [Int] { values.map(\.count) }

  /// How many there are; `Int.max` for more than can be counted.
  var combinations: Int {
    values.reduce(1) { product, values in
      let (next, overflow) = product.multipliedReportingOverflow(by: values.count)
      return overflow ? .max : next
    }
  }

  /// Every combination of values, the last label's changing fastest.
  var all: [[String]] {
    values.reduce([[]]) { lists, values in lists.flatMap { list in values.map { list + [$0] } } }
  }
}
