// Foundation's JSONSerialization as a reference for the reader of lines, in the tests and under the fuzzer. It departs from
// RFC 8259 in a few places, and has limits of its own; each is named here and taken out where the line has it, so that
// all else of the line is still compared:
//
// - It guesses UTF-16 and UTF-32 from NULs and byte order marks at the start. The RFC wants UTF-8, so that such a line is
//   refused.
// - It drops U+FEFF at the start of a line, of a string, and behind an escape. In a string that is a character as others
//   are: another one stands in for it.
// - It lets a comma pass before a closing bracket.
// - It refuses a number past a double's range, of which the RFC says nothing; 1e308 stands in for it. With more than 17
//   digits it makes a decimal of a number, and a double of that: the last digits differ.
// - It takes keys that are canonically equivalent for one key. Then only the verdict is compared.
// - It reads 512 levels; the reader ``Limits/jsonDepth``, which is its own choice.
//
// SPDX-License-Identifier: Apache-2.0
import Foundation

#if !FUZZ
  @testable import VitalsAgent
#endif

/// What Foundation makes of a line.
struct FoundationReader {
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private let object: [String: Any]
  /// What stands for U+FEFF.
  private let stand: [UInt8]

  /// Reads the object that fills `line`; nil when it is refused, by Foundation or by the RFC.
  init?(_ line: [UInt8]) {
    if line.prefix(4).contains(0) || [[0xFE, 0xFF], [0xFF, 0xFE]].contains(Array(line.prefix(2))) { return nil }
    // A character that is none to Unicode, of as many bytes, which the line does not have.
    let stand = (0x90...0xAF).lazy.map { [0xEF, 0xB7, $0] as [UInt8] }.first { Self.places(of: $0, in: line).isEmpty }
    guard let stand else { return nil }
    var given = line
    for place in Self.places(of: Self.mark, in: line) { given.replaceSubrange(place..<place + 3, with: stand) }
    Self.replaceLarge(&given)
    guard let object = (try? JSONSerialization.jsonObject(with: Data(given))) as? [String: Any] else { return nil }
    if Self.isTooDeepOrLax(given) { return nil }
    self.object = object
    self.stand = stand
  }

  /// Whether `found` in `line` is one of the values that stand where `ways` lead; where there is none, that it is absent.
  func agrees(_ ways: [[JSONPath.Step]], _ found: JSONSlice, _ line: Span<UInt8>) -> Bool {
    let values = ways.compactMap { find($0[...], in: object) }
    if values.isEmpty || !found.isThere { return values.isEmpty && !found.isThere }
    return values.contains { isSame($0, found, line) }
  }

  /// Whether an object in it has two keys that differ, and that Foundation takes for one.
  static func mixesKeys(_ value: ReferenceValue) -> Bool {
    let keys = Set(value.members.map(\.key))
    return keys.count != Set(keys.map { String(decoding: $0, as: UTF8.self) }).count
      || (value.elements + value.members.map(\.value)).contains(where: mixesKeys)
  }

  private func find(_ way: ArraySlice<JSONPath.Step>, in value: Any) -> Any? {
    switch way.first {
    case nil: value
    case .name(let name)?:
      // Byte by byte: Swift's strings are equal when they are canonically equivalent.
      (value as? [String: Any])?.first { bytes($0.key) == name }.flatMap { find(way.dropFirst(), in: $0.value) }
    case .index(let index)?:
      (value as? [Any]).flatMap { $0.indices.contains(index) ? find(way.dropFirst(), in: $0[index]) : nil }
    }
  }

  private func isSame(_ value: Any, _ found: JSONSlice, _ line: Span<UInt8>) -> Bool {
    switch value {
    case is NSNull: return found.kind == .null
    case let text as String: return found.text.map { Array(line.string($0).utf8) == bytes(text) } ?? false
    case is [String: Any]: return found.kind == .object
    case is [Any]: return found.kind == .array
    case let number as NSNumber:
      // Its type is that of C: c for a truth value.
      if unsafe number.objCType.pointee == CChar(99) { return found.kind == (number.boolValue ? .true : .false) }
      return found.kind == .number && Self.isSame(number, line.number(found.range))
    default: return false
    }
  }

  private static func isSame(_ number: NSNumber, _ found: Double) -> Bool {
    let wanted = number.doubleValue
    if found.isInfinite { return wanted == (found < 0 ? -1e308 : 1e308) }
    return wanted == found || number is NSDecimalNumber && abs(wanted - found) <= abs(found) * 1e-14
  }

  private func bytes(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    for place in Self.places(of: stand, in: bytes) { bytes.replaceSubrange(place..<place + 3, with: Self.mark) }
    return bytes
  }

  private static func places(of three: [UInt8], in bytes: [UInt8]) -> [Int] {
    bytes.indices.dropLast(2).filter { bytes[$0] == three[0] && Array(bytes[$0..<$0 + 3]) == three }
  }

  /// What stands outside of strings, byte by byte.
  private static func bare(_ line: [UInt8]) -> [(place: Int, byte: UInt8)] {
    var bare: [(Int, UInt8)] = []
    var (isInside, isEscaped) = (false, false)
    for (place, byte) in line.enumerated() {
      if byte == UInt8(ascii: "\""), !isEscaped { isInside.toggle() }
      if !isInside { bare.append((place, byte)) }
      isEscaped = isInside && byte == UInt8(ascii: "\\") && !isEscaped
    }
    return bare
  }

  /// Puts 1e308 in the place of each number that is past a double's range.
  private static func replaceLarge(_ line: inout [UInt8]) {
    let digits = Set("+-.0123456789Ee".utf8)
    var number: [(place: Int, byte: UInt8)] = []
    for next in bare(line) + [(line.count, 0)] {
      if digits.contains(next.byte) {
        number.append(next)
        continue
      }
      let text = String(decoding: number.map(\.byte), as: UTF8.self)
      // In Swift's floating-point texts there are more forms than in JSON's; such a number must stay what it is.
      if let first = number.first, let value = Double(text), value.isInfinite, isNumber(text) {
        let other = Array((value < 0 ? "-1e308" : "1e308").utf8)
        let space = [UInt8](repeating: UInt8(ascii: " "), count: number.count - other.count)
        line.replaceSubrange(first.place..<first.place + number.count, with: other + space)
      }
      number = []
    }
  }

  private static func isNumber(_ text: String) -> Bool {
    text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([Ee][-+]?[0-9]+)?/) != nil
  }

  /// Of a line that Foundation reads.
  private static func isTooDeepOrLax(_ line: [UInt8]) -> Bool {
    var depth = 0
    var last: UInt8 = 0
    for (_, byte) in bare(line) where byte > 0x20 {
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        if depth > Limits.jsonDepth { return true }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if last == UInt8(ascii: ",") { return true }
        depth -= 1
      default: break
      }
      last = byte
    }
    return false
  }
}
