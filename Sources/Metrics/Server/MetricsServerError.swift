// Why a server could not be started. Once it runs nothing throws: what a client does wrong is answered or counted.
// SPDX-License-Identifier: Apache-2.0

/// Why a ``MetricsServer`` does not listen.
public enum MetricsServerError: Error, Hashable, CustomStringConvertible {
  /// The host is neither an IP address nor `localhost`; names are not resolved.
  case invalidHost(String)
  /// Somebody listens there already.
  case portInUse(address: String)
  /// The kernel forbids it, as it does for ports below 1024.
  case denied(address: String)
  /// This machine has no such address.
  case noSuchAddress(String)
  /// A system call failed with an errno(3).
  case failed(call: String, address: String, code: Int32)

  /// One sentence that names the address.
  public var description: String {
    switch self {
    case .invalidHost(let host): "'\(host)' is neither an IP address nor localhost"
    case .portInUse(let address): "\(address) is in use by another process or server"
    case .denied(let address): "no permission to listen at \(address)"
    case .noSuchAddress(let address): "\(address) is no address of this machine"
    case .failed(let call, let address, let code): "\(call) failed for \(address) with error \(code)"
    }
  }
}
