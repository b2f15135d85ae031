// The request that was read last. A scraper asks the same to the byte, over and over, from one connection or from many;
// to compare its bytes costs less than to read them. The trade-off is a small copy of one head.
// SPDX-License-Identifier: Apache-2.0

/// The last request, by the bytes of its head.
struct KnownRequest {
  private var head: [UInt8] = []
  private var request: HTTPRequest?

  /// The request that `bytes` begin with, and the length of its head, when it is the known one. A head that is whole
  /// ends where it ended before, whatever follows it.
  func match(_ bytes: [UInt8]) -> (request: HTTPRequest, length: Int)? {
    guard let request, bytes.count >= head.count, bytes.starts(with: head) else { return nil }
    return (request, head.count)
  }

  /// Keeps a request that could be read from this head, unless that is long.
  mutating func keep(_ request: HTTPRequest, _ head: ArraySlice<UInt8>) {
    if head.count > Limits.knownRequestBytes { return }
    (self.head, self.request) = (Array(head), request)
  }
}
