// A value at an address of its own, for what is used at every sample of an exposition: as a property of a class, each use
// would pay for the proof at run time that nobody else is at it. Who has one must see to that by itself.
//
// The file is unsafe because it holds memory by address; it is made and freed with the value.
// SPDX-License-Identifier: Apache-2.0

/// Owns a value by its address. Not thread-safe, and no use of the value may begin within another one.
@safe struct AddressedValue<Value: ~Copyable>: ~Copyable {
  private let address: UnsafeMutablePointer<Value>

  init(_ value: consuming Value) {
    unsafe address = UnsafeMutablePointer.allocate(capacity: 1)
    unsafe address.initialize(to: value)
  }

  deinit {
    unsafe address.deinitialize(count: 1)
    unsafe address.deallocate()
  }

  /// The value.
  var value: Value {
    @inline(__always) _read { yield unsafe address.pointee }
    @inline(__always) nonmutating _modify { yield unsafe &address.pointee }
  }
}
