// One client: what it has sent, what is still to be sent to it, and until when each may take. At most one answer is
// under way; further requests wait in the buffer, which a client cannot fill past one head.
// SPDX-License-Identifier: Apache-2.0

/// The state of a client's connection.
final class HTTPConnection {
  /// The bytes of an answer, and whether the connection ends with it.
  struct Answer {
    let bytes: [UInt8]
    let closes: Bool
  }

  private let connection: Connection
  private var input: [UInt8] = []
  private var output: [UInt8] = []
  private var sent = 0
  private var closesAfterOutput = false
  private var peerFinished = false
  /// Since when it has been in its present state: idle, sending a request, or reading an answer.
  private var since: Moment

  init(_ connection: Connection, now: Moment) {
    self.connection = connection
    since = now
  }

  /// The number, for epoll.
  var number: Int32 { connection.number }
  /// An answer is on its way.
  var isSending: Bool { sent < output.count }
  /// No request has begun and no answer is on its way.
  var isIdle: Bool { input.isEmpty && !isSending }
  /// Nothing more will come of it.
  var isFinished: Bool { !isSending && (closesAfterOutput || peerFinished) }

  /// Past the deadline of its state.
  func isOverdue(_ now: Moment) -> Bool {
    let limit = isSending ? Limits.responseSeconds : input.isEmpty ? Limits.idleSeconds : Limits.requestSeconds
    return now.seconds(since: since) > limit
  }

  /// Reads what has come, unless a head's worth waits already.
  func receive(_ now: Moment) throws(SystemError) {
    if closesAfterOutput || input.count > Limits.requestHeadBytes { return }
    if isIdle { since = now }
    do {
      peerFinished = try connection.read(into: &input, count: Limits.requestHeadBytes) == 0
    } catch {
      if !error.wouldBlock { throw error }
    }
  }

  /// Takes the next whole request out of what has come.
  func nextRequest() throws(HTTPRefusal) -> HTTPRequest? {
    if closesAfterOutput || input.isEmpty { return nil }
    guard let length = try HTTPRequestParser.headLength(input) else { return nil }
    defer { input.removeFirst(length) }
    return try HTTPRequestParser.parse(input[..<length])
  }

  /// Begins to send an answer.
  func send(_ answer: Answer, _ now: Moment) {
    output = answer.bytes
    sent = 0
    closesAfterOutput = answer.closes
    since = now
  }

  /// Sends what the socket takes; how many bytes that were.
  func flush() throws(SystemError) -> Int {
    let before = sent
    while isSending {
      do {
        sent += try connection.write(output, from: sent)
      } catch {
        if error.wouldBlock { break }
        throw error
      }
    }
    let count = sent - before
    if !isSending {
      output = []
      sent = 0
      if closesAfterOutput { connection.finishWriting() }
    }
    return count
  }
}
