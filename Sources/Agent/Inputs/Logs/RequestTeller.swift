// Who tells of a request: the server that took it, in an access log, or the service itself. One that has both tells each
// request twice.
// SPDX-License-Identifier: Apache-2.0

/// Whose line it is.
enum RequestTeller {
  /// An access line, or a line of JSON in the form of a server's access log.
  case server
  /// Any other.
  case service
}
