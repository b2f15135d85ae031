// What a rule asks of one field.
// SPDX-License-Identifier: Apache-2.0

/// A question about one field's value.
enum LogTest {
  /// A constant that a value is compared with.
  enum Constant: Hashable {
    case text([UInt8])
    case number(Double)
    case boolean(Bool)
    case null
  }

  enum Comparison: String, CaseIterable {
    case above, below
    case atLeast = "at_least"
    case atMost = "at_most"
  }

  case equals(Constant)
  case isOneOf([Constant])
  case matches(Pattern)
  case exists(Bool)
  case compares(Comparison, Double)

  /// Whether a line passes. `text` is room that is used for texts with escapes.
  func passes(_ line: LogValues, _ bytes: Span<UInt8>, _ field: Int, _ text: inout [UInt8]) -> Bool {
    switch self {
    case .equals(let constant): return Self.isEqual(line, bytes, field, constant, &text)
    case .isOneOf(let constants): return constants.contains { Self.isEqual(line, bytes, field, $0, &text) }
    case .matches(let pattern):
      if let string = line.value(field)?.text, string.isPlain { return pattern.matches(bytes, string.range) }
      text.removeAll(keepingCapacity: true)
      guard line.append(field, in: bytes, to: &text) else { return false }
      return pattern.matches(text.span, 0..<text.count)
    case .exists(let wanted): return (line.value(field) != nil) == wanted
    case .compares(let comparison, let bound):
      guard let number = line.number(field, in: bytes) else { return false }
      switch comparison {
      case .above: return number > bound
      case .below: return number < bound
      case .atLeast: return number >= bound
      case .atMost: return number <= bound
      }
    }
  }

  private static func isEqual(
    _ line: LogValues, _ bytes: Span<UInt8>, _ field: Int, _ constant: Constant, _ text: inout [UInt8]
  ) -> Bool {
    guard let value = line.value(field) else { return constant == .null }
    switch constant {
    case .null: return false
    case .boolean(let wanted): return value.kind == (wanted ? .true : .false)
    case .number(let wanted): return line.number(field, in: bytes) == wanted
    case .text(let wanted):
      guard let string = value.text else { return false }
      if string.isPlain { return bytes.equals(string.range, wanted) }
      text.removeAll(keepingCapacity: true)
      return line.append(field, in: bytes, to: &text) && text == wanted
    }
  }
}
