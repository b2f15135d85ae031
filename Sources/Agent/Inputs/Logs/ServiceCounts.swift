// What the logs of one service add up to: plain structs found by bytes, with labels made once a series. A series that
// exists costs no heap to count.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The counters of one service. Not thread-safe.
final class ServiceCounts {
  /// The methods that get a label of their own, RFC 9110 and PATCH (5789), QUERY (draft-ietf-httpbis-safe-method-w-body).
  private static let methods = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY",
  ].map { Array($0.utf8) }

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
  private var templates = PathTemplates()
  private var key: [UInt8] = []

  /// Nothing counted yet.
  init(service: String) {
    self.service = service
    labels = LabelSet([("service", service)])
  }

  /// Counts a line at a level, in any case; bytes of valid UTF-8.
  func countLine(level: Span<UInt8>) {
    key.removeAll(keepingCapacity: true)
    var end = min(level.count, Limits.logLevelBytes)
    // Two levels that were cut inside a character would be repaired to the same label.
    while end > 0, end < level.count, level[end] & 0xC0 == 0x80 { end -= 1 }
    for index in 0..<end { key.append(Self.lowered(level[index])) }
    if levelIndex.find(key) == nil, levels.count >= Limits.logLevels {
      key.removeAll(keepingCapacity: true)
      key.append(contentsOf: "other".utf8)
    }
    if let known = levelIndex.find(key) {
      levels[known].count &+= 1
    } else {
      _ = levelIndex.insert(key)
      levels.append((labels.adding([("level", String(decoding: key, as: UTF8.self))]), 1))
    }
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
      Int(verb) < Self.methods.count ? String(decoding: Self.methods[Int(verb)], as: UTF8.self) : "other"
    let path = String(decoding: key.dropFirst(), as: UTF8.self)
    routes.append(RouteCounts(labels: labels.adding([("method", method), ("path", path)])))
    return routeIndex.insert(key)
  }

  /// The method's place in the list, upper and lower case alike; past it for any other.
  private static func methodNumber(_ method: [UInt8]) -> UInt8 {
    for (number, known) in methods.enumerated() where known.count == method.count {
      var index = 0
      while index < known.count, method[index] & 0xDF == known[index] { index += 1 }
      if index == known.count { return UInt8(truncatingIfNeeded: number) }
    }
    return UInt8(truncatingIfNeeded: methods.count)
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }
}
