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
    let parts = Self.split(text, at: ",").prefix(MetricsLimits.acceptClauses)
    let parsed = parts.compactMap { Self.clause($0) }.filter { $0.quality > 0 }
    // The standard library's sort is stable, but does not promise it.
    clauses = parsed.enumerated().sorted {
      ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset)
    }.map(\.element)
  }

  private static func clause(_ text: String) -> Clause? {
    let parts = split(text, at: ";")
    guard let type = parts.first.map({ trimmed($0).lowercased() }), !type.isEmpty else { return nil }
    var parameters: [(name: String, value: String)] = []
    var quality = 1.0
    for part in parts.dropFirst() {
      guard let equals = part.firstIndex(of: "=") else { continue }
      let name = trimmed(String(part[..<equals])).lowercased()
      let value = unquoted(trimmed(String(part[part.index(after: equals)...])))
      if name == "q" {
        // A weight that is no number counts as none given, as in Go's library.
        if let number = Double(value), !number.isNaN { quality = min(1, number) }
      } else {
        parameters.append((name, value))
      }
    }
    return Clause(mediaType: type, parameters: parameters, quality: quality)
  }

  /// Splits outside of quoted strings.
  private static func split(_ text: String, at separator: Character) -> [String] {
    var parts = [""]
    var quoted = false
    for character in text {
      if character == "\"" { quoted.toggle() }
      if character == separator && !quoted {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }

  private static func trimmed(_ text: String) -> String {
    func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
    let front = text.drop(while: isBlank)
    guard let last = front.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(front[...last])
  }

  private static func unquoted(_ text: String) -> String {
    text.count >= 2 && text.first == "\"" && text.last == "\"" ? String(text.dropFirst().dropLast()) : text
  }
}
