// A service of the kernel's load balancer, which the lines of its backends follow.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The head of a group of backends: an address and port, or a firewall's mark.
struct IPVSService {
  private let proto: String
  private let address: String
  private let port: String
  private let mark: String

  /// From the first two words of its line; nil for a line of another form.
  init?(_ proto: String, _ target: Range<Int>?, _ bytes: Span<UInt8>) {
    guard let target else { return nil }
    self.proto = proto
    if proto == "FWM" {
      (address, port, mark) = ("", "0", bytes.string(target))
      return
    }
    guard ["TCP", "UDP", "SCTP"].contains(proto), let place = IPVSService.place(target, bytes) else { return nil }
    (address, port, mark) = (place.address, place.port, "")
  }

  /// The row of a backend at `remote`; the fields behind it are how it is reached, its weight and its connections.
  func row(_ remote: Range<Int>, _ fields: inout Splitter, _ bytes: Span<UInt8>) -> TableRow? {
    _ = fields.next(in: bytes)
    guard let place = IPVSService.place(remote, bytes),
      let weight = fields.next(in: bytes).flatMap({ bytes.unsigned($0) }),
      let active = fields.next(in: bytes).flatMap({ bytes.unsigned($0) }),
      let inactive = fields.next(in: bytes).flatMap({ bytes.unsigned($0) })
    else { return nil }
    return TableRow(
      keys: [address, port, place.address, place.port, proto, mark],
      values: [.unsigned(active), .unsigned(inactive), .unsigned(weight)])
  }

  /// `C0A80016:0CEA` or `[2620:0000:…:0001]:0CEA`.
  private static func place(_ range: Range<Int>, _ bytes: Span<UInt8>) -> (address: String, port: String)? {
    guard range.count > 5, bytes[range.upperBound - 5] == UInt8(ascii: ":"),
      let port = bytes.hexadecimal(range.upperBound - 4..<range.upperBound)
    else { return nil }
    let host = range.lowerBound..<range.upperBound - 5
    if host.count == 8, let address = bytes.hexadecimal(host) {
      let parts = [24, 16, 8, 0].map { String(address >> UInt64($0) & 255) }
      return (parts.joined(separator: "."), String(port))
    }
    guard host.count > 2, bytes[host.lowerBound] == UInt8(ascii: "["), bytes[host.upperBound - 1] == UInt8(ascii: "]"),
      let address = IPAddress.shortest(bytes.string(host.lowerBound + 1..<host.upperBound - 1))
    else { return nil }
    return (address, String(port))
  }
}
