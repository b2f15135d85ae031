// The Accept header of HTTP, read as scrapers write it and forgivingly otherwise: what makes no sense is passed over.
//
//     application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2
// SPDX-License-Identifier: Apache-2.0

/// The clauses of an Accept header, best first.
struct AcceptHeader {
  /// One media type with its parameters; names are lower case.
  struct Clause {
    let mediaType: String
    let parameters: [(name: String, value: String)]
    let quality: Double

    /// A parameter's value; of two the first.
    subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }
  }

  /// Sorted by quality, equals in the order of the header; those of quality zero are not here.
  let clauses: [Clause]

  init(_ text: String) {
    let parts = Self.split(text[...], at: UInt8(ascii: ",")).prefix(MetricsLimits.acceptClauses)
    let parsed = parts.compactMap { Self.clause($0) }.filter { $0.quality > 0 }
    // The standard library's sort is stable, but does not promise it.
    clauses = parsed.enumerated().sorted {
      ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset)
    }.map(\.element)
  }

  private static func clause(_ text: Substring) -> Clause? {
    let parts = split(text, at: UInt8(ascii: ";"))
    guard let type = parts.first.map({ trimmed($0).lowercased() }), !type.isEmpty else { return nil }
    var parameters: [(name: String, value: String)] = []
    var quality = 1.0
    for part in parts.dropFirst() {
      guard let equals = part.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = trimmed(part[..<equals]).lowercased()
      let value = String(unquoted(trimmed(part[part.utf8.index(after: equals)...])))
      if name == "q" {
        // A weight that is no number counts as none given, as in Go's library.
        if let number = Double(value), !number.isNaN { quality = min(1, number) }
      } else {
        parameters.append((name, value))
      }
    }
    return Clause(mediaType: type, parameters: parameters, quality: quality)
  }

  /// Splits outside of quoted strings. By bytes, as all here: to find out where characters end costs more than the rest.
  private static func split(_ text: Substring, at separator: UInt8) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var quoted = false
    for index in text.utf8.indices {
      let byte = text.utf8[index]
      if byte == UInt8(ascii: "\"") { quoted.toggle() }
      if byte == separator && !quoted {
        parts.append(text[start..<index])
        start = text.utf8.index(after: index)
      }
    }
    return parts + [text[start...]]
  }

  private static func trimmed(_ text: Substring) -> Substring {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let front = text.utf8.drop(while: isBlank)
    guard let last = front.lastIndex(where: { !isBlank($0) }) else { return "" }
    return Substring(front[...last])
  }

  private static func unquoted(_ text: Substring) -> Substring {
    let quote = UInt8(ascii: "\"")
    let isQuoted = text.utf8.count >= 2 && text.utf8.first == quote && text.utf8.last == quote
    return isQuoted ? text.dropFirst().dropLast() : text
  }
}
