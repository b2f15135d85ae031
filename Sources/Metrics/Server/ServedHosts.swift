// Whether a request was meant for this server. A page of a stranger can make a browser ask 127.0.0.1 under a name of its
// own (DNS rebinding); it cannot make the browser send another Host.
// SPDX-License-Identifier: Apache-2.0

/// The check of the Host header: on loopback, and wherever names are given.
package struct ServedHosts {
  private let isChecked: Bool
  private let names: Set<String>

  /// `names` are served beside what always is.
  package init(isLoopback: Bool, names: [String]) {
    isChecked = isLoopback || !names.isEmpty
    self.names = Set(names.map { $0.lowercased() })
  }

  /// Loopback names, IP literals and the given names pass; HTTP/1.0 may send none.
  package func serves(_ host: String?) -> Bool {
    guard isChecked, let host = host?.lowercased() else { return true }
    if host.hasPrefix("[") {
      guard let end = host.lastIndex(of: "]"), Self.isPort(host[host.index(after: end)...]) else { return false }
      return ServerAddress.isLiteral(String(host[host.index(after: host.startIndex)..<end]))
    }
    let name = String(host.prefix { $0 != ":" })
    if !Self.isPort(host.dropFirst(name.count)) { return false }
    return name == "localhost" || name.hasSuffix(".localhost") || ServerAddress.isLiteral(name) || names.contains(name)
  }

  /// Nothing, or a colon and digits.
  private static func isPort(_ text: Substring) -> Bool {
    text.isEmpty || text.first == ":" && text.dropFirst().utf8.allSatisfy { (48...57).contains($0) }
  }
}
