// What has begun and not ended, by id. Ends may be missing from a log for ever: what is older than its time, or one too
// many, is forgotten and counted, so that the gauge comes back to the truth.
// SPDX-License-Identifier: Apache-2.0

/// The open ids of one rule. Not thread-safe.
struct InFlight {
  private struct Open {
    let place: Int
    let began: Moment
    let turn: UInt64
  }

  private let seconds: Double
  private var open: [[UInt8]: Open] = [:]
  /// In the order of their beginnings; ended ones are passed over when they come to the front.
  private var order: [(id: [UInt8], turn: UInt64)] = []
  private var front = 0
  private var turns: UInt64 = 0
  /// Forgotten before they ended.
  private(set) var forgotten: UInt64 = 0

  /// How many beginnings are remembered, ended ones included.
  var remembered: Int { order.count }

  /// Forgets what has not ended after so many seconds.
  init(seconds: Double) { self.seconds = seconds }

  /// Notes a beginning with the place of its series. The place of another that has to go: the same id begun anew, or
  /// the oldest when there are too many.
  mutating func begin(_ id: [UInt8], _ place: Int, _ now: Moment) -> Int? {
    turns &+= 1
    var gone: Int?
    if let again = open[id] {
      forgotten &+= 1
      gone = again.place
    } else if open.count >= Limits.inFlight {
      gone = dropOldest()
    }
    open[id] = Open(place: place, began: now, turn: turns)
    if order.count > 2 * open.count + Limits.inFlightSlack { forgetEnded() }
    order.append((id, turns))
    return gone
  }

  /// The place of the series of what ended; nil when nothing of this id had begun.
  mutating func end(_ id: [UInt8]) -> Int? { open.removeValue(forKey: id)?.place }

  /// The place of one whose time is over; nil when there is none any more.
  mutating func expired(_ now: Moment) -> Int? {
    guard let oldest = oldest(), now.seconds(since: oldest.began) >= seconds else { return nil }
    return dropOldest()
  }

  private mutating func oldest() -> Open? {
    while front < order.count {
      if let known = open[order[front].id], known.turn == order[front].turn { return known }
      front += 1
    }
    order.removeAll(keepingCapacity: true)
    front = 0
    return nil
  }

  private mutating func forgetEnded() {
    let open = open
    order = order[front...].filter { open[$0.id]?.turn == $0.turn }
    front = 0
  }

  private mutating func dropOldest() -> Int? {
    guard let oldest = oldest() else { return nil }
    open.removeValue(forKey: order[front].id)
    front += 1
    forgotten &+= 1
    return oldest.place
  }
}
