// A histogram's hold on its native cells, which counts no references while it observes: two locked instructions would
// be more than all the rest.
//
// The file is unsafe because it borrows the cells; the one owner of the handle keeps them until it releases it, last.
// SPDX-License-Identifier: Apache-2.0

/// Native cells of one owner.
@safe struct NativeHandle: Sendable {
  private let unmanaged: Unmanaged<NativeCells>

  init(_ cells: NativeCells) { unsafe unmanaged = Unmanaged.passRetained(cells) }

  /// Lets go of the cells; the last call.
  func release() { unsafe unmanaged.release() }

  /// The cells, for whatever is not in a hurry.
  var cells: NativeCells { unsafe unmanaged.takeUnretainedValue() }

  /// As ``NativeCells/observe(_:bound:)``.
  @inline(__always) func observe(_ value: Double, bound: Int) -> Bool {
    unsafe unmanaged._withUnsafeGuaranteedRef { $0.observe(value, bound: bound) }
  }
}
