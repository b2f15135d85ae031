// Protocol Buffers' wire format, as far as an exposition needs it. A message's length stands before it and is known after
// it: so what was written of it is moved by the bytes of its length, which costs less than to work every length out first.
// Source: protobuf.dev, "Encoding".
// SPDX-License-Identifier: Apache-2.0

extension TextBuffer {
  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
  }

  private mutating func append(tag field: UInt64, _ type: WireType) { append(varint: field << 3 | type.rawValue) }

  /// Seven bits a byte, the least significant first.
  @inline(__always) mutating func append(varint number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Small magnitudes of either sign become small numbers.
  mutating func append(zigzag number: Int64) { append(varint: UInt64(bitPattern: number &<< 1 ^ number &>> 63)) }

  /// A field of type uint64, uint32, int64, int32 or an enumeration.
  mutating func append(field: UInt64, varint number: UInt64) {
    append(tag: field, .varint)
    append(varint: number)
  }

  /// A field of type sint32 or sint64.
  mutating func append(field: UInt64, zigzag number: Int64) {
    append(tag: field, .varint)
    append(zigzag: number)
  }

  /// A field of type double.
  mutating func append(field: UInt64, double number: Double) {
    append(tag: field, .fixed64)
    append(littleEndian: number.bitPattern)
  }

  /// A field of type string.
  mutating func append(field: UInt64, string: String) { append(field: field) { $0.append(text: string) } }

  /// A field of a message, or of packed numbers.
  mutating func append(field: UInt64, message: (inout TextBuffer) -> Void) {
    append(tag: field, .lengthDelimited)
    let start = count
    message(&self)
    insert(varint: UInt64(count - start), at: start)
  }

  private mutating func insert(varint number: UInt64, at start: Int) {
    let bits = UInt64.bitWidth - (number | 1).leadingZeroBitCount
    let bytes = (bits + 6) / 7
    makeGap(at: start, of: bytes)
    for place in 0..<bytes {
      let more: UInt8 = place < bytes - 1 ? 0x80 : 0
      replace(at: start + place, UInt8(truncatingIfNeeded: number >> UInt64(7 * place) & 0x7f) | more)
    }
  }
}
