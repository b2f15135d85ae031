// A request as the routes see it: method, path and query decoded, header names in lower case. What the headers ask for is
// worked out once, since the same request is answered again and again.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// A request whose head has been read.
struct HTTPRequest: Equatable {
  let method: String
  /// The decoded path, without the query.
  let path: String
  /// Decoded names and values, in order.
  let queryItems: [(name: String, value: String)]
  /// Names in lower case.
  let headers: [(name: String, value: String)]
  /// 0 for HTTP/1.0, 1 for HTTP/1.1.
  let minorVersion: Int
  /// Whether the client wants to send more over this connection.
  let keepsAlive: Bool
  /// Whether the client takes gzip.
  let acceptsGzip: Bool
  /// The format of an exposition that the client wants.
  let format: ExpositionFormat

  init(
    method: String, path: String, queryItems: [(name: String, value: String)],
    headers: [(name: String, value: String)], minorVersion: Int
  ) {
    (self.method, self.path, self.queryItems) = (method, path, queryItems)
    (self.headers, self.minorVersion) = (headers, minorVersion)
    let connection = HTTPRequest.value("connection", in: headers) ?? ""
    keepsAlive = HTTPRequest.keepsAlive(connection, minorVersion: minorVersion)
    acceptsGzip = HTTPRequest.acceptsGzip(HTTPRequest.value("accept-encoding", in: headers) ?? "")
    format = Negotiation.format(accept: HTTPRequest.value("accept", in: headers))
  }

  /// A header's value; several of one name are joined by a comma, as RFC 9110 5.3 allows.
  func header(_ name: String) -> String? { HTTPRequest.value(name.lowercased(), in: headers) }

  private static func value(_ name: String, in headers: [(name: String, value: String)]) -> String? {
    var value: String?
    for header in headers where header.name == name { value = value.map { $0 + ", " + header.value } ?? header.value }
    return value
  }

  /// The first value of a query item.
  func query(_ name: String) -> String? { queryItems.first { $0.name == name }?.value }

  private static func keepsAlive(_ connection: String, minorVersion: Int) -> Bool {
    let tokens = connection.lowercased().split { $0 == "," || $0 == " " || $0 == "\t" }
    return minorVersion >= 1 ? !tokens.contains("close") : tokens.contains("keep-alive")
  }

  /// An explicit `q=0` refuses it, and what is said of gzip goes before what is said of `*`. See RFC 9110 12.5.3.
  private static func acceptsGzip(_ encodings: String) -> Bool {
    var others = false
    for item in encodings.lowercased().split(separator: ",") {
      let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
      guard let coding = parts.first, coding == "gzip" || coding == "*" else { continue }
      let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      if coding == "gzip" { return quality > 0 }
      others = quality > 0
    }
    return others
  }

  static func == (left: HTTPRequest, right: HTTPRequest) -> Bool {
    left.method == right.method && left.path == right.path && left.minorVersion == right.minorVersion
      && left.headers.elementsEqual(right.headers, by: ==) && left.queryItems.elementsEqual(right.queryItems, by: ==)
  }
}
