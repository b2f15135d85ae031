// One client: what it has sent, what is still to be sent to it, and until when each may take. At most one answer is
// under way; further requests wait in the buffer, which a client cannot fill past one head.
// SPDX-License-Identifier: Apache-2.0

/// The state of a client's connection.
final class HTTPConnection {
  /// The bytes of an answer, its body apart so that it is not copied, and whether the connection ends with it.
  struct Answer {
    let head: [UInt8]
    let body: [UInt8]
    let closes: Bool
  }

  private let connection: Connection
  private var input: [UInt8] = []
  private var head: [UInt8] = []
  private var body: [UInt8] = []
  /// Bytes of both that were sent.
  private var sent = 0
  /// Bytes of `input` in which no head's end was found.
  private var seen = 0
  private var closesAfterOutput = false
  private var peerFinished = false
  /// Since when it has been in its present state: idle, sending a request, reading an answer, or going.
  private var since: Moment

  init(_ connection: Connection, now: Moment) {
    self.connection = connection
    since = now
  }

  /// The number, for epoll.
  var number: Int32 { connection.number }
  /// An answer is on its way.
  var isSending: Bool { sent < head.count + body.count }
  /// No request has begun and no answer is on its way.
  var isIdle: Bool { input.isEmpty && !isSending }
  /// The last answer is out. The socket stays until the client closes it too: closing while bytes of the client are
  /// unread would reset the connection, and the client could lose the answer. See RFC 9112 9.6.
  var isLingering: Bool { closesAfterOutput && !isSending }
  /// Since when nothing is under way; nil while something is.
  var idleSince: Moment? { isIdle || isLingering ? since : nil }
  /// Since when a request has been on its way; nil when none is.
  var askingSince: Moment? { isIdle || isSending || isLingering ? nil : since }
  /// Nothing more will come of it.
  var isFinished: Bool { !isSending && peerFinished }
  /// Bytes that were received and not yet understood.
  var bufferedBytes: Int { input.count }

  /// Past the deadline of its state.
  func isOverdue(_ now: Moment) -> Bool {
    now.seconds(since: since) > limitSeconds
  }

  private var limitSeconds: Double {
    if isSending { return Limits.responseSeconds }
    if isLingering { return Limits.lingerSeconds }
    return input.isEmpty ? Limits.idleSeconds : Limits.requestSeconds
  }

  /// Reads what has come, unless a head's worth waits already; after the last answer, only to throw it away.
  func receive(_ now: Moment) throws(SystemError) {
    if isSending && closesAfterOutput || input.count > Limits.requestHeadBytes { return }
    let wasIdle = isIdle && !isLingering
    do {
      peerFinished = try connection.read(into: &input, count: Limits.requestHeadBytes) == 0
    } catch {
      if !error.wouldBlock { throw error }
    }
    if isLingering { input = [] }
    if wasIdle, !input.isEmpty { since = now }
  }

  /// Takes the next whole request out of what has come.
  func nextRequest(_ known: inout KnownRequest) throws(HTTPRefusal) -> HTTPRequest? {
    if closesAfterOutput || input.isEmpty { return nil }
    if let (request, length) = known.match(input) {
      seen = 0
      input.removeFirst(length)
      return request
    }
    guard let length = try HTTPRequestParser.headLength(input, seen: seen) else {
      seen = input.count
      return nil
    }
    seen = 0
    defer { input.removeFirst(length) }
    let request = try HTTPRequestParser.parse(input[..<length])
    known.keep(request, input[..<length])
    return request
  }

  /// Begins to send an answer.
  func send(_ answer: Answer, _ now: Moment) {
    (head, body) = (answer.head, answer.body)
    sent = 0
    closesAfterOutput = answer.closes
    if closesAfterOutput { input = [] }
    since = now
  }

  /// Sends what the socket takes; how many bytes that were.
  func flush(_ now: Moment) throws(SystemError) -> Int {
    if !isSending { return 0 }
    let before = sent
    while isSending {
      do {
        if sent < head.count {
          sent += try connection.write(head, from: sent, isMoreToCome: !body.isEmpty)
        } else {
          sent += try connection.write(body, from: sent - head.count)
        }
      } catch {
        if error.wouldBlock { break }
        throw error
      }
    }
    let count = sent - before
    if !isSending {
      (head, body) = ([], [])
      sent = 0
      since = now
      if closesAfterOutput { connection.finishWriting() }
    }
    return count
  }
}
