// Bounds of the search for services.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Services that are found by themselves; further ones are counted.
  static let discoveredServices = 16
  /// Bytes of a service's name.
  static let serviceNameBytes = 64
  /// Descriptors of processes that one tick's search for the holders of sockets looks at; the search goes on at the next.
  static let descriptorsPerSearch = 4_000
  /// Sockets whose holders are looked for; further ones are counted as having none.
  static let listeningSockets = 1_024
  /// Seconds for which the figures of a process stand that was found by itself and uses no CPU.
  static let idleFiguresSeconds = 5.0
  /// Seconds between two lists of the sockets that listen.
  static let socketListSeconds = 2.0
  /// Seconds after which a socket is searched again whose holder was not found, or has others by now.
  static let holderRenewSeconds = 60.0
}
