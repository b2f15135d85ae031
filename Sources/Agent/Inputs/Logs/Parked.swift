// A large value that mostly is not there, behind a pointer. Room for it inside each of thousands of logs would be a quarter
// of a kilobyte a log; this costs an allocation when there is one.
// SPDX-License-Identifier: Apache-2.0

/// Holds a value on the heap.
final class Parked<Value> {
  let value: Value

  init(_ value: Value) { self.value = value }
}

extension Parked: Sendable where Value: Sendable {}
