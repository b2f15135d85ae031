// A request as the routes see it: method, path and query decoded, header names in lower case.
// SPDX-License-Identifier: Apache-2.0

/// A request whose head has been read.
struct HTTPRequest: Equatable {
  var method: String
  /// The decoded path, without the query.
  var path: String
  /// Decoded names and values, in order.
  var queryItems: [(name: String, value: String)]
  /// Names in lower case.
  var headers: [(name: String, value: String)]
  /// 0 for HTTP/1.0, 1 for HTTP/1.1.
  var minorVersion: Int

  /// A header's value; several of one name are joined by a comma, as RFC 9110 5.3 allows.
  func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    let values = headers.filter { $0.name == wanted }.map(\.value)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  /// The first value of a query item.
  func query(_ name: String) -> String? { queryItems.first { $0.name == name }?.value }

  /// Whether the client wants to send more over this connection.
  var keepsAlive: Bool {
    let tokens = (header("connection") ?? "").lowercased().split { $0 == "," || $0 == " " || $0 == "\t" }
    return minorVersion >= 1 ? !tokens.contains("close") : tokens.contains("keep-alive")
  }

  /// Whether the client takes gzip; an explicit `q=0` refuses it, and what is said of gzip goes before what is said of
  /// `*`. See RFC 9110 12.5.3.
  var acceptsGzip: Bool {
    var others = false
    for item in (header("accept-encoding") ?? "").lowercased().split(separator: ",") {
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
