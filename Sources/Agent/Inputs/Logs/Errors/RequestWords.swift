// What an error line is without: `request_completed` says nothing, `request_completed GET /orders/17 500` does. For people
// alone, in the example of a kind and among the recent lines. The kinds themselves are series: a path in them would make
// as many as there are paths, and those that are learned are others in the next life.
// SPDX-License-Identifier: Apache-2.0

/// Writes a request behind what its line says.
enum RequestWords {
  /// Appends `GET /orders/17 500`, without a query, unless the text has method and path already. All are valid UTF-8,
  /// and the status has three digits.
  static func add(_ method: Span<UInt8>, _ path: Span<UInt8>, _ status: UInt16, to text: inout [UInt8]) {
    let end = path.first(of: UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "#"), in: 0..<path.count)
    let path = path.extracting(0..<end)
    if isSaid(text, method, path) { return }
    if !text.isEmpty { text.append(0x20) }
    for index in method.indices.prefix(Limits.errorMethodBytes) { text.append(method[index]) }
    text.append(0x20)
    let start = text.count
    for index in path.indices.prefix(Limits.errorPathBytes) { text.append(path[index]) }
    if path.count > Limits.errorPathBytes {
      text.cut(to: start + Limits.errorPathBytes - 1)
      text.append(contentsOf: "…".utf8)
    }
    text.append(0x20)
    text.append(digit(status / 100))
    text.append(digit(status / 10 % 10))
    text.append(digit(status % 10))
  }

  private static func digit(_ number: UInt16) -> UInt8 {
    UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number)
  }

  private static func isSaid(_ text: [UInt8], _ method: Span<UInt8>, _ path: Span<UInt8>) -> Bool {
    // Most texts are names of events.
    let slash = text.span.first(UInt8(ascii: "/"), in: 0..<text.count)
    return slash < text.count && has(text, path) && has(text, method)
  }

  private static func has(_ text: [UInt8], _ part: Span<UInt8>) -> Bool {
    let bytes = text.span
    var start = 0
    while start + part.count <= bytes.count {
      if bytes.equals(start..<(start + part.count), part, 0..<part.count) { return true }
      start += 1
    }
    return false
  }
}
