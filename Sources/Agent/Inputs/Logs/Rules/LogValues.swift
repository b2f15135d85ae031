// The fields of one line that rules ask for, as they stand there.
// SPDX-License-Identifier: Apache-2.0

/// Values by the numbers of a ``LogFieldTable``: places in the bytes of a line.
struct LogValues {
  /// One for each field of the table.
  var values: [JSONSlice]
  /// The line is text: a backslash in it is one.
  var isText = false
  /// A duration whose text has a unit, in seconds, and its field.
  var seconds: (field: Int, value: Double)?

  /// Room for a line's values.
  init(values: [JSONSlice]) { self.values = values }

  /// The value of a field; nil when the line does not have it, or as `null`.
  func value(_ field: Int) -> JSONSlice? {
    guard field < values.count, values[field].isThere, values[field].kind != .null else { return nil }
    return values[field]
  }

  /// The value as a number: of a JSON number, or of a text that is one.
  func number(_ field: Int, in bytes: Span<UInt8>) -> Double? {
    if let seconds, seconds.field == field { return seconds.value }
    guard let value = value(field) else { return nil }
    switch value.kind {
    case .number: return bytes.number(value.range)
    case .string: return value.isPlain ? bytes.double(value.range) : nil
    default: return nil
    }
  }

  /// Appends the value as a label shows it, as valid UTF-8: a text decoded, anything else as it stands. False when there is none.
  func append(_ field: Int, in bytes: Span<UInt8>, to text: inout [UInt8]) -> Bool {
    guard let value = value(field) else { return false }
    if let string = value.text, !isText {
      bytes.decode(string, into: &text)
    } else {
      text.append(contentsOf: bytes.string(value.range).utf8)
    }
    return true
  }
}
