// The children of a metric whose labels are enums: one for each combination of cases, all made at registration, so that
// every series is there at zero before its first event and `rate()` sees that one too. A combination's place is worked
// out from the cases' own numbers.
//
// The file is unsafe because it reads a case's number from its memory, which holds for enums without associated values;
// registration compares it with the order of `allCases` for every case and falls back to a search where it differs.
// Calls that record borrow the child without counting the reference, which would cost more than the recording.
// SPDX-License-Identifier: Apache-2.0

/// All series of a metric with typed labels. Thread-safe. A call on it costs little more than one on a kept child.
@safe public final class TypedFamily<Child: AnyObject & Sendable, each Label: MetricLabel>: Sendable {
  /// Holds the children alive.
  private let children: [Child]
  @usableFromInline let borrowed: [Unmanaged<Child>]
  /// Cases of each label, and the combinations.
  @usableFromInline let counts: [Int]
  @usableFromInline let isNumbered: Bool

  init(children: [Child], counts: [Int], isNumbered: Bool) {
    self.children = children
    self.counts = counts
    self.isNumbered = isNumbered
    unsafe borrowed = children.map { unsafe Unmanaged.passUnretained($0) }
  }

  /// The child of these cases, for who wants to keep it.
  @inlinable public subscript(_ labels: repeat each Label) -> Child {
    unsafe self.borrowed[place(repeat each labels)].takeUnretainedValue()
  }

  /// The place of a combination; always within the children, whatever an enum says of its cases.
  @inlinable func place(_ labels: repeat each Label) -> Int {
    var place = 0
    var label = 0
    for one in repeat each labels {
      place = place &* counts[label] &+ LabelCase.number(one, isNumbered)
      label &+= 1
    }
    return place < counts[label] ? place : 0
  }

  /// Runs `body` with the child of these cases.
  @inlinable func with(_ labels: repeat each Label, do body: (Child) -> Void) {
    unsafe self.borrowed[place(repeat each labels)]._withUnsafeGuaranteedRef { body($0) }
  }
}

/// Numbers of an enum's cases.
@usableFromInline enum LabelCase {
  /// A case's place in `allCases`.
  @inlinable static func number<Label: MetricLabel>(_ label: Label, _ isNumbered: Bool) -> Int {
    isNumbered ? tag(label) : search(label)
  }

  /// The number in the case's memory.
  @inlinable static func tag<Label: MetricLabel>(_ label: Label) -> Int {
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

extension TypedFamily where Child == Counter {
  /// Adds one to the counter of these cases.
  @inlinable public func increment(_ labels: repeat each Label) { with(repeat each labels) { $0.increment() } }
}

extension TypedFamily where Child == Gauge {
  /// Replaces the value of these cases.
  @inlinable public func set(_ value: Double, _ labels: repeat each Label) {
    with(repeat each labels) { $0.set(value) }
  }
}

extension TypedFamily where Child == Histogram {
  /// Counts a value for these cases.
  @inlinable public func observe(_ value: Double, _ labels: repeat each Label) {
    with(repeat each labels) { $0.observe(value) }
  }
}
