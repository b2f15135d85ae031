// What a client may send, and for how long it may keep us waiting.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Clients at the same time; for one more that goes which has been idle, or has been asking, for longest. When all are
  /// taking answers or have only just begun to ask, it is told 503.
  static let connections = 64
  /// Bytes of a request's line and headers together.
  static let requestHeadBytes = 16 << 10
  /// Bytes of a request's target.
  static let requestTargetBytes = 4 << 10
  /// Bytes of a request that is remembered to the next one.
  static let knownRequestBytes = 1 << 10
  /// Headers of a request.
  static let requestHeaders = 100
  /// Seconds from a request's first byte to its last.
  static let requestSeconds = 5.0
  /// Seconds after which a request that has not come whole makes room for another client: those who ask slowly may come in
  /// crowds, and who scrapes has all of its request sent at once.
  static let promptSeconds = 0.1
  /// Seconds that a connection may lie idle between requests.
  static let idleSeconds = 60.0
  /// Seconds from an answer's first byte to its last.
  static let responseSeconds = 10.0
  /// Seconds that a client may take to read the last answer and go, once the server has finished.
  static let lingerSeconds = 2.0
  /// Answers to one client in one turn of the loop; then the others come first.
  static let answersPerTurn = 4
  /// Bodies below this many bytes are not compressed.
  static let gzipBytes = 4 << 10
  /// Bytes of an answer that `vitals dashboard` reads.
  static let clientResponseBytes = 4 << 20
  /// A sample older than this many seconds is renewed before a scrape, where that is cheap.
  static let scrapeFreshSeconds = 0.05
}
