// Names past the old rules as the text formats have them when they are not escaped: in quotes.
// SPDX-License-Identifier: Apache-2.0

extension TextBuffer {
  /// `"http.requests"`, with the escapes of a label's value; `suffix` stands inside the quotes.
  mutating func append(quoted name: String, _ suffix: StaticString = "") {
    append(UInt8(ascii: "\""))
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): append("\\\\")
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\n"): append("\\n")
      default: append(byte)
      }
    }
    append(suffix)
    append(UInt8(ascii: "\""))
  }
}
