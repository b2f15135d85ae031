// The number of an enum's case. For enums without associated values it lies in the case's memory, so that nothing is
// searched; registration compares it with the order of `allCases` for every case, and where it differs, as for enums that
// list their cases in another order, a case is searched by its text.
//
// The file is unsafe because it reads a case's memory as a number of the same size.
// SPDX-License-Identifier: Apache-2.0

/// Numbers of an enum's cases.
@usableFromInline enum LabelCase {
  /// A case's place in `allCases`.
  @inlinable @inline(__always) static func number<Label: MetricLabel>(_ label: Label, _ isNumbered: Bool) -> Int {
    isNumbered ? tag(label) : search(label)
  }

  /// The number in the case's memory.
  @inlinable @inline(__always) static func tag<Label: MetricLabel>(_ label: Label) -> Int {
    switch MemoryLayout<Label>.size {
    case 1: Int(unsafe unsafeBitCast(label, to: UInt8.self))
    case 2: Int(unsafe unsafeBitCast(label, to: UInt16.self))
    default: 0
    }
  }

  @usableFromInline static func search<Label: MetricLabel>(_ label: Label) -> Int {
    var place = 0
    for one in Label.allCases {
      if one.rawValue == label.rawValue { return place }
      place += 1
    }
    return 0
  }

  /// True when every case's number in memory is its place.
  static func areNumbered<Label: MetricLabel>(_ type: Label.Type) -> Bool {
    MemoryLayout<Label>.size <= 2 && Label.allCases.enumerated().allSatisfy { tag($0.element) == $0.offset }
  }
}
