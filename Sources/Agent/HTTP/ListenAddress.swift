// Where to serve, as a person types it.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// An address to listen on or to connect to.
enum ListenAddress: Hashable, Sendable {
  /// An IP address in text, and a port.
  case tcp(host: String, port: UInt16)
  /// The path of a Unix socket.
  case unix(path: String)

  /// Reads `HOST:PORT`, `[IPv6]:PORT` or `unix:PATH`.
  static func parse(_ text: String) throws(UsageError) -> ListenAddress {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      // sun_path holds 108 bytes with its NUL; see unix(7).
      if path.isEmpty || path.utf8.count > 107 || path.utf8.contains(0) {
        throw UsageError(message: "--listen \(text): a socket's path has 1 to 107 bytes")
      }
      return .unix(path: path)
    }
    guard let colon = text.lastIndex(of: ":"), text[colon...].utf8.dropFirst().allSatisfy({ (48...57).contains($0) }),
      let port = UInt16(text[text.index(after: colon)...])
    else {
      throw UsageError(message: "--listen \(text): must be HOST:PORT or unix:PATH")
    }
    var host = String(text[..<colon])
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if isBracketed { host = String(host.dropFirst().dropLast()) }
    if isBracketed != host.contains(":") {
      throw UsageError(message: "--listen \(text): an IPv6 address, and nothing else, stands in brackets")
    }
    if host == "localhost" { host = "127.0.0.1" }
    if host.isEmpty { throw UsageError(message: "--listen \(text): say the address; 0.0.0.0 is every one") }
    if !ServerAddress.isLiteral(host) { throw UsageError(message: "--listen \(text): '\(host)' is no IP address") }
    return .tcp(host: host, port: port)
  }

  /// Whether only this machine reaches it over IP.
  var isLoopback: Bool {
    guard case .tcp(let host, _) = self else { return false }
    return ServerAddress(host: host, port: 0)?.isLoopback ?? false
  }

  /// As it is typed.
  var description: String {
    switch self {
    case .unix(let path): "unix:\(path)"
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }
}
