// What the logs of one service add up to: plain structs found by bytes, with labels made once a series. A series that
// exists costs no heap to count.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The counters of one service. Not thread-safe.
final class ServiceCounts {
  /// The value of the label `service`.
  let service: String
  /// `service`.
  let labels: LabelSet
  private(set) var routes: [RouteCounts] = []
  private(set) var levels: [(labels: LabelSet, count: UInt64)] = []
  private(set) var hits: UInt64 = 0
  private(set) var misses: UInt64 = 0
  /// Requests whose path had no room of its own.
  private(set) var folded: UInt64 = 0

  private var routeIndex = BytesIndex()
  private var levelIndex = BytesIndex()
  /// Where the known levels stand in ``levels``; -1 before their first line.
  private var levelPlaces = [Int](repeating: -1, count: LogLevel.allCases.count)
  /// Levels that are others.
  private var words = 0
  private var templates = PathTemplates()
  private var key: [UInt8] = []

  /// Nothing counted yet.
  init(service: String) {
    self.service = service
    labels = LabelSet([("service", service)])
  }

  /// Counts a line at a known level; these have room of their own.
  func countLine(_ level: LogLevel) {
    var place = levelPlaces[level.number]
    if place < 0 {
      place = self.level(Array(level.rawValue.utf8))
      levelPlaces[level.number] = place
    }
    levels[place].count &+= 1
  }

  /// Counts a line at a level that we do not know, in any case; bytes of valid UTF-8.
  func countLine(level: Span<UInt8>) {
    key.removeAll(keepingCapacity: true)
    var end = min(level.count, Limits.logLevelBytes)
    // Two levels that were cut inside a character would be repaired to the same label.
    while end > 0, end < level.count, level[end] & 0xC0 == 0x80 { end -= 1 }
    for index in 0..<end { key.append(Self.lowered(level[index])) }
    if levelIndex.find(key) == nil, words >= Limits.logLevels - LogLevel.allCases.count {
      key.removeAll(keepingCapacity: true)
      key.append(contentsOf: "other".utf8)
    }
    levels[self.level(key)].count &+= 1
    words = levels.count - levelPlaces.count { $0 >= 0 }
  }

  /// The place of a level in ``levels``, which it gets now if it has none.
  private func level(_ name: [UInt8]) -> Int {
    if let known = levelIndex.find(name) { return known }
    levels.append((labels.adding([("level", String(decoding: name, as: UTF8.self))]), 0))
    return levelIndex.insert(name)
  }

  /// Counts a cache's answer.
  func countCache(isHit: Bool) {
    if isHit { hits &+= 1 } else { misses &+= 1 }
  }

  /// Counts one request. `method` and `path` are valid UTF-8, the path as it was asked for.
  func countRequest(method: [UInt8], path: [UInt8], status: UInt16, seconds: Double?) {
    let verb = Self.methodNumber(method)
    key.removeAll(keepingCapacity: true)
    key.append(verb)
    var isRoom = templates.append(path.span, to: &key)
    var known = isRoom ? routeIndex.find(key) : nil
    if known == nil, routes.count >= Limits.logRoutes { isRoom = false }
    if !isRoom {
      folded &+= 1
      key.removeAll(keepingCapacity: true)
      key.append(verb)
      key.append(contentsOf: "other".utf8)
      known = routeIndex.find(key)
    }
    let place = known ?? addRoute(verb)
    routes[place].count(status: status, seconds: seconds)
  }

  private func addRoute(_ verb: UInt8) -> Int {
    let method =
      Int(verb) < HTTPVerb.all.count ? String(decoding: HTTPVerb.all[Int(verb)], as: UTF8.self) : "other"
    let path = String(decoding: key.dropFirst(), as: UTF8.self)
    routes.append(RouteCounts(labels: labels.adding([("method", method), ("path", path)])))
    return routeIndex.insert(key)
  }

  /// The method's place in the list, upper and lower case alike; past it for any other.
  private static func methodNumber(_ method: [UInt8]) -> UInt8 {
    for (number, known) in HTTPVerb.all.enumerated() where known.count == method.count {
      var index = 0
      while index < known.count, method[index] & 0xDF == known[index] { index += 1 }
      if index == known.count { return UInt8(truncatingIfNeeded: number) }
    }
    return UInt8(truncatingIfNeeded: HTTPVerb.all.count)
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }
}
