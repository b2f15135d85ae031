// The methods of HTTP, RFC 9110 and PATCH (5789), QUERY (draft-ietf-httpbis-safe-method-w-body). Other words get no label
// of their own.
// SPDX-License-Identifier: Apache-2.0

/// The methods that are known.
enum HTTPVerb {
  static let all = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY",
  ].map { Array($0.utf8) }

  /// Whether `range` is one, in upper case.
  static func isOne(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    all.contains { bytes.equals(range, $0) }
  }
}
