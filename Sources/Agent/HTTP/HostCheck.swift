// Whether a request was meant for this server. A page of a stranger can make a browser ask 127.0.0.1 under a name of
// its own (DNS rebinding); it cannot make the browser send another Host.
// SPDX-License-Identifier: Apache-2.0

/// The check of the Host header.
struct HostCheck {
  private let isChecked: Bool
  private let allowed: [String]

  init(address: ListenAddress, allowed: [String]) {
    self.allowed = allowed.map { $0.lowercased() }
    if case .unix = address { isChecked = false } else { isChecked = address.isLoopback || !allowed.isEmpty }
  }

  /// Loopback names, IP literals and what was allowed pass; HTTP/1.0 may send none.
  func allows(_ host: String?) -> Bool {
    guard isChecked, let host else { return true }
    guard let name = HostCheck.withoutPort(host.lowercased()) else { return false }
    if name.hasPrefix("[") { return IPAddress.isLiteral(String(name.dropFirst().dropLast())) }
    return name == "localhost" || name.hasSuffix(".localhost") || IPAddress.isLiteral(name) || allowed.contains(name)
  }

  /// `name` or `[address]`; nil when what follows is no port. See RFC 3986 3.2.
  private static func withoutPort(_ host: String) -> String? {
    let name = host.hasPrefix("[") ? host.firstIndex(of: "]").map { host[...$0] } : host.prefix { $0 != ":" }
    guard let name else { return nil }
    let rest = host[name.endIndex...]
    guard rest.isEmpty || rest.hasPrefix(":") && rest.utf8.dropFirst().allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    return String(name)
  }
}
