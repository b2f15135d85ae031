// The server's one thread: it waits for all clients at once, gives each what it may have now, and closes who is past a
// deadline. No client can make it wait; only the registry's own collectors can, which run here.
// SPDX-License-Identifier: Apache-2.0

/// Accepts and serves until it is woken.
final class ScrapeLoop {
  private let listener: ListeningSocket
  private let wake: StreamSocketBox
  private let limits: MetricsLimits.Server
  private let answers: ScrapeAnswers
  private var clients: [ScrapeClient] = []
  /// No accepting before, after the process ran out of descriptors.
  private var pausedUntil: ContinuousClock.Instant?

  init(
    _ listener: consuming ListeningSocket, wake: StreamSocketBox, limits: MetricsLimits.Server, answers: ScrapeAnswers
  ) {
    self.listener = listener
    self.wake = wake
    self.limits = limits
    self.answers = answers
  }

  /// Serves until something can be read at `wake`.
  func run() {
    while true {
      var poll = PollSet()
      let woken = poll.add(wake.socket.number)
      let places = clients.map { poll.add($0.number, toWrite: $0.isTaking) }
      let accepting = pausedUntil == nil ? poll.add(listener.number) : nil
      poll.wait(milliseconds: timeout(.now))
      if poll.isReady(woken) { return }
      let now = ContinuousClock.now
      for (client, place) in zip(clients, places) where poll.isReady(place) || client.hasMore {
        serve(client, isReady: poll.isReady(place), now)
      }
      sweep(now)
      if let accepting, poll.isReady(accepting) { accept(now) }
    }
  }

  /// Until the first deadline; a millisecond more, so that it has passed then.
  private func timeout(_ now: ContinuousClock.Instant) -> Int? {
    if clients.contains(where: \.hasMore) { return 0 }
    guard let first = (clients.map(\.deadline) + [pausedUntil].compactMap(\.self)).min() else { return nil }
    let (seconds, attoseconds) = max(.zero, first - now).components
    let whole = Int(min(seconds, Int64(Int32.max / 1_000) - 1))
    return whole * 1_000 + Int(attoseconds / 1_000_000_000_000_000) + 1
  }

  /// One answer at most, so that a client with many requests does not keep the others waiting.
  private func serve(_ client: ScrapeClient, isReady: Bool, _ now: ContinuousClock.Instant) {
    if isReady {
      client.flush(now)
      client.receive(now)
    }
    do {
      if let request = try client.nextRequest() { client.send(answers.answer(request), now) }
    } catch {
      client.send(answers.answer(error), now)
    }
  }

  private func sweep(_ now: ContinuousClock.Instant) {
    if let until = pausedUntil, until <= now { pausedUntil = nil }
    clients.removeAll { client in
      if client.isEnded && !client.isTaking && !client.hasMore { return true }
      if client.deadline > now { return false }
      if let fault = client.fault { answers.countDrop(fault) }
      return true
    }
  }

  private func accept(_ now: ContinuousClock.Instant) {
    for _ in 0..<max(1, limits.connections) {
      switch listener.accept() {
      case .none: return
      case .exhausted:
        pausedUntil = now.advanced(by: .seconds(MetricsLimits.Server.acceptPauseSeconds))
        answers.countDrop("no_descriptor")
        return
      case .connection(let socket): admit(socket, now)
      }
    }
  }

  private func admit(_ box: StreamSocketBox, _ now: ContinuousClock.Instant) {
    if clients.count >= limits.connections {
      let idle = clients.enumerated().compactMap { place, client in client.idleSince.map { (place, $0) } }
      guard let longest = idle.min(by: { $0.1 < $1.1 }) else { return turnAway(box) }
      answers.countDrop("evicted")
      clients.remove(at: longest.0)
    }
    clients.append(ScrapeClient(box, limits, now))
  }

  /// A request that lies there unread would turn the close into a reset and take the answer away.
  private func turnAway(_ box: StreamSocketBox) {
    answers.countDrop("full")
    var unread: [UInt8] = []
    _ = box.socket.read(into: &unread, count: limits.headBytes)
    _ = box.socket.write(answers.busy.bytes)
    box.socket.finishWriting()
  }
}
