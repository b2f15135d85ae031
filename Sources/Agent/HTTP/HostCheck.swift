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

  /// Whether a Host could be this: an address, or labels of letters, digits, `-` and `_` with dots between them, no
  /// longer than DNS has them (RFC 1035 2.3.4).
  static func isHost(_ text: String) -> Bool {
    if IPAddress.isLiteral(text) { return true }
    if text.hasPrefix("["), text.hasSuffix("]") {
      return text.contains(":") && IPAddress.isLiteral(String(text.dropFirst().dropLast()))
    }
    let name = text.hasSuffix(".") ? text.dropLast() : text[...]
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    if name.utf8.count > 253 { return false }
    return labels.allSatisfy { (1...63).contains($0.utf8.count) && $0.utf8.allSatisfy(isLabel) }
  }

  private static func isLabel(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
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
