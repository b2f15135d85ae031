// The children of a metric whose labels are enums: one for each combination of cases, all made at registration, so that
// every series is there at zero before its first event and `rate()` sees that one too. A combination's place is worked
// out from the cases' own numbers.
//
// The file is unsafe because it borrows children without counting the reference, which would cost more than the counting
// itself; `children` holds them.
// SPDX-License-Identifier: Apache-2.0

/// All series of a metric with typed labels. Thread-safe. A call on it costs little more than one on a kept child.
@safe public final class TypedFamily<Child: AnyObject & Sendable, Labels>: Sendable {
  /// Holds the children alive.
  private let children: [Child]
  @usableFromInline let borrowed: [Unmanaged<Child>]
  /// Cases of the second and third label; 1 where there is none.
  @usableFromInline let seconds: Int
  @usableFromInline let thirds: Int
  /// True when every case's number in memory is its place.
  @usableFromInline let isNumbered: Bool

  init(children: [Child], cases: LabelCases) {
    let counts = cases.counts + [1, 1]
    self.children = children
    seconds = counts[1]
    thirds = counts[2]
    isNumbered = cases.areNumbered
    unsafe borrowed = children.map { unsafe Unmanaged.passUnretained($0) }
  }

  /// Runs `body` with the child at a place; an enum that hides a case from `allCases` has it share the first child.
  @inlinable @inline(__always) func with(_ place: Int, do body: (Child) -> Void) {
    let isThere = unsafe place < borrowed.count
    unsafe borrowed[isThere ? place : 0]._withUnsafeGuaranteedRef { body($0) }
  }

  @inlinable @inline(__always) func child(_ place: Int) -> Child {
    let isThere = unsafe place < borrowed.count
    return unsafe borrowed[isThere ? place : 0].takeUnretainedValue()
  }

  @inlinable @inline(__always)
  func place<First: MetricLabel>(_ first: First) -> Int { LabelCase.number(first, isNumbered) }

  @inlinable @inline(__always)
  func place<First: MetricLabel, Second: MetricLabel>(_ first: First, _ second: Second) -> Int {
    place(first) &* seconds &+ place(second)
  }

  @inlinable @inline(__always)
  func place<First: MetricLabel, Second: MetricLabel, Third: MetricLabel>(
    _ first: First, _ second: Second, _ third: Third
  ) -> Int { place(first, second) &* thirds &+ place(third) }
}

extension TypedFamily {
  /// The child of this case, for who wants to keep it.
  @inlinable public subscript<First>(_ first: First) -> Child where Labels == OneLabel<First> {
    child(place(first))
  }

  /// The child of these cases, for who wants to keep it.
  @inlinable
  public subscript<First, Second>(
    _ first: First, _ second: Second
  ) -> Child where Labels == TwoLabels<First, Second> { child(place(first, second)) }

  /// The child of these cases, for who wants to keep it.
  @inlinable
  public subscript<First, Second, Third>(
    _ first: First, _ second: Second, _ third: Third
  ) -> Child where Labels == ThreeLabels<First, Second, Third> { child(place(first, second, third)) }
}

extension TypedFamily where Child == Counter {
  /// Adds one to the counter of this case.
  @inlinable public func increment<First>(_ first: First) where Labels == OneLabel<First> {
    with(place(first)) { $0.increment() }
  }

  /// Adds one to the counter of these cases.
  @inlinable public func increment<First, Second>(
    _ first: First, _ second: Second
  ) where Labels == TwoLabels<First, Second> { with(place(first, second)) { $0.increment() } }

  /// Adds one to the counter of these cases.
  @inlinable public func increment<First, Second, Third>(
    _ first: First, _ second: Second, _ third: Third
  ) where Labels == ThreeLabels<First, Second, Third> { with(place(first, second, third)) { $0.increment() } }
}

extension TypedFamily where Child == Gauge {
  /// Replaces the value of this case.
  @inlinable public func set<First>(_ value: Double, _ first: First) where Labels == OneLabel<First> {
    with(place(first)) { $0.set(value) }
  }

  /// Replaces the value of these cases.
  @inlinable public func set<First, Second>(
    _ value: Double, _ first: First, _ second: Second
  ) where Labels == TwoLabels<First, Second> { with(place(first, second)) { $0.set(value) } }

  /// Replaces the value of these cases.
  @inlinable public func set<First, Second, Third>(
    _ value: Double, _ first: First, _ second: Second, _ third: Third
  ) where Labels == ThreeLabels<First, Second, Third> { with(place(first, second, third)) { $0.set(value) } }
}

extension TypedFamily where Child == Histogram {
  /// Counts a value for this case.
  @inlinable public func observe<First>(_ value: Double, _ first: First) where Labels == OneLabel<First> {
    with(place(first)) { $0.observe(value) }
  }

  /// Counts a value for these cases.
  @inlinable public func observe<First, Second>(
    _ value: Double, _ first: First, _ second: Second
  ) where Labels == TwoLabels<First, Second> { with(place(first, second)) { $0.observe(value) } }

  /// Counts a value for these cases.
  @inlinable public func observe<First, Second, Third>(
    _ value: Double, _ first: First, _ second: Second, _ third: Third
  ) where Labels == ThreeLabels<First, Second, Third> { with(place(first, second, third)) { $0.observe(value) } }
}
