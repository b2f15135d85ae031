// Whether anybody holds an instrument beside its series. The answer is exact for who can keep new holders away while it
// asks; a family does by its lock and by the number under which threads remember look-ups.
//
// The file is unsafe because it asks for the reference count without being counted itself.
// SPDX-License-Identifier: Apache-2.0

/// References to instruments.
enum Handles {
  /// True when something else than `series` holds its child.
  static func isHeld<Child>(_ series: Series<Child>) -> Bool {
    let child = unsafe Unmanaged.passUnretained(series.child).toOpaque()
    return withExtendedLifetime(series) { unsafe isHeld(child, Child.self) }
  }

  /// A copy of the reference that is never counted, because it is never written or destroyed as one.
  @inline(never)
  private static func isHeld<Child: AnyObject>(_ child: UnsafeMutableRawPointer, _ type: Child.Type) -> Bool {
    var address = UInt(bitPattern: child)
    return unsafe withUnsafeMutableBytes(of: &address) { bytes in
      guard let place = bytes.baseAddress else { return true }
      return unsafe !isKnownUniquelyReferenced(&place.assumingMemoryBound(to: Child.self).pointee)
    }
  }
}
