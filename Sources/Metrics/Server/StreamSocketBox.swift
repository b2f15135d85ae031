// A socket that several owners may share by reference: tuples and arrays cannot hold what cannot be copied.
// SPDX-License-Identifier: Apache-2.0

/// Owns a socket for as long as anybody refers to it.
final class StreamSocketBox: Sendable {
  let socket: StreamSocket

  init(_ socket: consuming StreamSocket) { self.socket = socket }
}
