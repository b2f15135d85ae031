// What `vitals dashboard` asks an agent with: one request, one connection, a time limit on each wait.
// SPDX-License-Identifier: Apache-2.0

/// A client for our own server.
enum HTTPClient {
  /// Why an agent's answer was of no use.
  struct Failure: Error {
    let message: String
    /// Nobody listens there.
    var isRefused = false
  }

  /// The body of a 200 answer to GET. `url` is `http://HOST:PORT` or `unix:PATH`.
  static func text(_ url: String, path: String, timeoutSeconds: Int) throws(Failure) -> String {
    let address = try address(url)
    var bytes: [UInt8] = []
    do throws(SystemError) {
      let connection = try Connection.connect(address, timeoutSeconds: timeoutSeconds)
      let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
      var sent = 0
      while sent < request.count { sent += try connection.write(request, from: sent) }
      while try connection.read(into: &bytes, count: 64 << 10) > 0 {
        if bytes.count > Limits.clientResponseBytes {
          throw SystemError(call: "read from", subject: url, code: SystemError.tooLarge)
        }
      }
    } catch {
      let reason = error.isTimeout ? "no answer within \(timeoutSeconds) s" : error.reason
      throw Failure(message: "\(url): \(reason)", isRefused: error.isRefused)
    }
    return try body(bytes, url)
  }

  private static func address(_ url: String) throws(Failure) -> ListenAddress {
    var text = url
    if text.hasPrefix("http://") { text = String(text.dropFirst(7).prefix { $0 != "/" }) }
    do {
      return try ListenAddress.parse(text)
    } catch {
      throw Failure(message: "--url \(url): must be http://ADDRESS:PORT or unix:PATH, the address an IP or localhost")
    }
  }

  private static func body(_ bytes: [UInt8], _ url: String) throws(Failure) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.hasPrefix("HTTP/1.1 "), let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
      throw Failure(message: "\(url): not an HTTP answer")
    }
    let status = text.dropFirst(9).prefix(3)
    let lengthField = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased().split(separator: "\r\n")
      .first { $0.hasPrefix("content-length:") }
    // A length that is no number we know is none that the body has.
    if let lengthField, Int(lengthField.dropFirst(15).filter { $0 != " " }) != bytes.count - end.upperBound {
      throw Failure(message: "\(url): the answer broke off")
    }
    let body = String(decoding: bytes[end.upperBound...], as: UTF8.self)
    if status != "200" { throw Failure(message: "\(url): \(status): \(body.prefix { $0 != "\n" })") }
    return body
  }
}
