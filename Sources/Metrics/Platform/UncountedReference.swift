// An object that is lent without counting the reference: a count would touch the object's memory, of which the borrower may
// need nothing but the identity.
//
// The file is unsafe because nothing here keeps the object alive: who makes a reference must know who does, for as long.
// SPDX-License-Identifier: Apache-2.0

/// A reference to what another one holds.
@safe struct UncountedReference<Object: AnyObject> {
  private let object: Unmanaged<Object>

  @inline(__always) init(_ object: Object) { unsafe self.object = .passUnretained(object) }

  /// Lends the object.
  @inline(__always) func lend(_ use: (Object) -> Void) { unsafe object._withUnsafeGuaranteedRef { use($0) } }
}
