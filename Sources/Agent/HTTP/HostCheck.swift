// Which Host headers are served where, and what may be allowed by the command line. The check itself is the library's.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The check of the Host header.
enum HostCheck {
  /// What is served at an address; all of it where nobody comes by a name.
  static func hosts(at address: ListenAddress, allowed: [String]) -> ServedHosts {
    if case .unix = address { return ServedHosts(isLoopback: false, names: []) }
    return ServedHosts(isLoopback: address.isLoopback, names: allowed)
  }

  /// Whether a Host could be this: an address, or labels of letters, digits, `-` and `_` with dots between them, no
  /// longer than DNS has them (RFC 1035 2.3.4).
  static func isHost(_ text: String) -> Bool {
    if ServerAddress.isLiteral(text) { return true }
    if text.hasPrefix("["), text.hasSuffix("]") {
      return text.contains(":") && ServerAddress.isLiteral(String(text.dropFirst().dropLast()))
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
}
