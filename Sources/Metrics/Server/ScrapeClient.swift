// One client: what it has sent, what is still to be sent to it, and until when each may take. One answer is under way at
// most; further requests wait in the buffer, which a client cannot fill past one head.
// SPDX-License-Identifier: Apache-2.0

/// The state of a client's connection.
final class ScrapeClient {
  private enum Phase {
    case idle
    case asking
    case taking
    /// The last answer is out. The socket stays until the client closes it too: closing while bytes of the client are
    /// unread would reset the connection, and the client could lose the answer. See RFC 9112 9.6.
    case leaving
  }

  private let box: StreamSocketBox
  private let limits: MetricsLimits.Server
  private var input: [UInt8] = []
  /// Bytes of `input` in which no head's end was found.
  private var seen = 0
  private var output: [UInt8] = []
  private var sent = 0
  private var closes = false
  private var phase = Phase.idle
  private var since: ContinuousClock.Instant
  /// The client has gone or said its last; close it.
  private(set) var isEnded = false

  init(_ box: StreamSocketBox, _ limits: MetricsLimits.Server, _ now: ContinuousClock.Instant) {
    self.box = box
    self.limits = limits
    since = now
  }

  /// The number, for poll(2).
  var number: Int32 { box.socket.number }
  /// An answer is on its way.
  var isTaking: Bool { phase == .taking }
  /// Since when nothing is under way; nil while something is.
  var idleSince: ContinuousClock.Instant? { phase == .idle || phase == .leaving ? since : nil }
  /// Bytes wait that were not looked at.
  var hasMore: Bool { phase == .asking && seen < input.count }

  /// Until when the present state may last.
  var deadline: ContinuousClock.Instant {
    let seconds =
      switch phase {
      case .idle: limits.idleSeconds
      case .asking: limits.requestSeconds
      case .taking: limits.responseSeconds
      case .leaving: limits.lingerSeconds
      }
    return since.advanced(by: .seconds(seconds))
  }

  /// What is to be said of a client that is past its deadline; nil when nothing was wrong with it.
  var fault: String? {
    switch phase {
    case .asking: "slow_request"
    case .taking: "slow_reader"
    case .idle, .leaving: nil
    }
  }

  /// Reads what has come; after the last answer, only to throw it away.
  func receive(_ now: ContinuousClock.Instant) {
    if phase == .taking { return }
    let room = phase == .leaving ? limits.headBytes : limits.headBytes - input.count
    if room > 0, box.socket.read(into: &input, count: room) == .ended { isEnded = true }
    if phase == .leaving {
      input = []
    } else if phase == .idle && !input.isEmpty {
      enter(.asking, now)
    }
  }

  /// The next whole request that has come.
  func nextRequest() throws(ScrapeRefusal) -> ScrapeRequest? {
    if phase != .asking { return nil }
    guard let length = try ScrapeRequest.headLength(input, seen: seen, limit: limits.headBytes) else {
      seen = input.count
      return nil
    }
    seen = 0
    defer { input.removeFirst(length) }
    return try ScrapeRequest(input[..<length])
  }

  /// Begins to send an answer.
  func send(_ answer: ScrapeAnswer, _ now: ContinuousClock.Instant) {
    output = answer.bytes
    sent = 0
    closes = answer.closes
    enter(.taking, now)
    flush(now)
  }

  /// Sends what the socket takes.
  func flush(_ now: ContinuousClock.Instant) {
    while phase == .taking {
      switch box.socket.write(output, from: sent) {
      case .later: return
      case .ended:
        isEnded = true
        drop(now)
      case .bytes(let count):
        sent += count
        if sent == output.count { finish(now) }
      }
    }
  }

  private func finish(_ now: ContinuousClock.Instant) {
    if closes {
      drop(now)
      box.socket.finishWriting()
      enter(.leaving, now)
    } else {
      output = []
      enter(input.isEmpty ? .idle : .asking, now)
    }
  }

  /// Forgets what was to come and to go.
  private func drop(_ now: ContinuousClock.Instant) {
    input = []
    seen = 0
    output = []
    enter(.idle, now)
  }

  private func enter(_ phase: Phase, _ now: ContinuousClock.Instant) {
    self.phase = phase
    since = now
  }
}
