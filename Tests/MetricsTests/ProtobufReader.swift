// A small reader of io.prometheus.client.MetricFamily, by the numbers of metrics.proto and none of the writer's code, which
// gives back what a scraper would see.
// SPDX-License-Identifier: Apache-2.0

/// A message's fields, in order.
struct ProtobufReader {
  struct Malformed: Error {}

  enum Value: Equatable {
    case varint(UInt64)
    case fixed(UInt64)
    case bytes([UInt8])
  }

  private(set) var fields: [(number: UInt64, value: Value)] = []

  init(_ bytes: [UInt8]) throws {
    var place = 0
    while place < bytes.count {
      let tag = try Self.varint(bytes, &place)
      switch tag & 7 {
      case 0: fields.append((tag >> 3, .varint(try Self.varint(bytes, &place))))
      case 1: fields.append((tag >> 3, .fixed(try Self.fixed(bytes, &place))))
      case 2: fields.append((tag >> 3, .bytes(try Self.delimited(bytes, &place))))
      default: throw Malformed()
      }
    }
  }

  /// Messages with their length before each.
  static func messages(_ bytes: [UInt8]) throws -> [ProtobufReader] {
    var (place, messages) = (0, [ProtobufReader]())
    while place < bytes.count { messages.append(try ProtobufReader(delimited(bytes, &place))) }
    return messages
  }

  static func varint(_ bytes: [UInt8], _ place: inout Int) throws -> UInt64 {
    var (number, shift) = (UInt64(0), UInt64(0))
    while true {
      guard place < bytes.count, shift < 64 else { throw Malformed() }
      let byte = bytes[place]
      place += 1
      number |= UInt64(byte & 0x7f) << shift
      shift += 7
      // Shortest form: a last byte of nothing is one too many.
      if byte & 0x80 == 0 {
        if byte == 0 && shift > 7 { throw Malformed() }
        return number
      }
    }
  }

  private static func fixed(_ bytes: [UInt8], _ place: inout Int) throws -> UInt64 {
    guard place + 8 <= bytes.count else { throw Malformed() }
    defer { place += 8 }
    return bytes[place..<(place + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func delimited(_ bytes: [UInt8], _ place: inout Int) throws -> [UInt8] {
    let count = Int(try varint(bytes, &place))
    guard count <= bytes.count - place else { throw Malformed() }
    defer { place += count }
    return Array(bytes[place..<(place + count)])
  }

  // MARK: Fields

  func all(_ number: UInt64) -> [Value] { fields.filter { $0.number == number }.map(\.value) }

  func messages(_ number: UInt64) throws -> [ProtobufReader] {
    try all(number).map {
      guard case .bytes(let bytes) = $0 else { throw Malformed() }
      return try ProtobufReader(bytes)
    }
  }

  func message(_ number: UInt64) throws -> ProtobufReader? { try messages(number).last }

  func string(_ number: UInt64) throws -> String? {
    guard let value = all(number).last else { return nil }
    guard case .bytes(let bytes) = value, let text = String(validating: bytes, as: UTF8.self) else { throw Malformed() }
    return text
  }

  func number(_ number: UInt64) -> UInt64? {
    if case .varint(let value)? = all(number).last { return value }
    return nil
  }

  func signed(_ number: UInt64) -> Int? { self.number(number).map(Self.zigzag) }

  func double(_ number: UInt64) -> Double? {
    if case .fixed(let bits)? = all(number).last { return Double(bitPattern: bits) }
    return nil
  }

  func packed(_ number: UInt64) throws -> [Int] {
    try all(number).flatMap { value -> [Int] in
      guard case .bytes(let bytes) = value else { throw Malformed() }
      var (place, numbers) = (0, [Int]())
      while place < bytes.count { numbers.append(Self.zigzag(try Self.varint(bytes, &place))) }
      return numbers
    }
  }

  private static func zigzag(_ number: UInt64) -> Int { Int(bitPattern: UInt(number >> 1) ^ (0 &- UInt(number & 1))) }

  // MARK: Meaning

  /// Index and count of each native bucket of one sign.
  func buckets(spans: UInt64, deltas: UInt64) throws -> [Int: UInt64] {
    var (index, count, buckets) = (0, 0, [Int: UInt64]())
    var rest = try packed(deltas)[...]
    for span in try messages(spans) {
      index += span.signed(1) ?? 0
      for _ in 0..<(span.number(2) ?? 0) {
        guard let delta = rest.popFirst() else { throw Malformed() }
        count += delta
        if count > 0 { buckets[index] = UInt64(count) }
        if count < 0 { throw Malformed() }
        index += 1
      }
    }
    if !rest.isEmpty { throw Malformed() }
    return buckets
  }

  /// A metric's labels.
  func labels() throws -> [String: String] {
    var labels: [String: String] = [:]
    for pair in try messages(1) {
      guard let name = try pair.string(1), let value = try pair.string(2), labels[name] == nil else {
        throw Malformed()
      }
      labels[name] = value
    }
    return labels
  }
}
