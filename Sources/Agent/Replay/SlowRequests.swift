// The slowest requests so far. Of the requests of a chunk the places are kept, and only those that are still among the
// slowest at its end are read again for their texts.
// SPDX-License-Identifier: Apache-2.0

/// The slowest of all requests. Not thread-safe.
struct SlowRequests {
  /// Slowest first; of equal ones the earlier read first.
  private(set) var all: [SlowRequest] = []
  private let limit: Int
  /// What a request has to take longer than, once there are enough.
  private var threshold = -1.0
  private var reader = FormReader()
  private var request = LogRequest()

  init(limit: Int = Limits.replaySlowest) { self.limit = limit }

  /// Whether a request of this duration belongs here.
  @inline(__always) func wants(_ seconds: Double) -> Bool { seconds > threshold }

  /// Takes one that is wanted, in a chunk whose end is still to come.
  @inline(never) mutating func add(_ slow: SlowRequest) {
    all.insert(slow, at: all.firstIndex { $0.seconds < slow.seconds } ?? all.count)
    if all.count > limit { all.removeLast() }
    if all.count == limit, let last = all.last { threshold = last.seconds }
  }

  /// Reads the texts of those that a chunk has brought.
  mutating func finish(_ bytes: Span<UInt8>, service: String) {
    for place in all.indices where all[place].service.isEmpty {
      let slow = all[place]
      all[place].service = service
      let isRead =
        slow.isRecord ? reader.readRecord(bytes, slow.range) : reader.read(bytes, slow.range) == .record
      guard isRead, request.read(reader.line, bytes) == .request else { continue }
      all[place].method = Self.cut(String(decoding: request.method, as: UTF8.self))
      all[place].path = Self.cut(path(bytes) ?? String(decoding: request.path, as: UTF8.self))
      for role in [LogRole.trace, .requestID] {
        guard all[place].id == nil else { break }
        switch reader.line[role] {
        case .text(let text) where !text.range.isEmpty: all[place].id = Self.cut(bytes.string(text))
        case .number(let range): all[place].id = Self.cut(bytes.string(range))
        default: break
        }
      }
    }
  }

  /// What was asked for, where the request is known by its route.
  private func path(_ bytes: Span<UInt8>) -> String? {
    guard reader.line[.route].isThere, let text = reader.line[.path].text, !text.range.isEmpty else { return nil }
    return bytes.string(text)
  }

  private static func cut(_ text: String) -> String {
    if text.utf8.count <= Limits.replayTextBytes { return text }
    var kept = text.utf8.prefix(Limits.replayTextBytes)
    // A cut inside a character takes the rest of it away.
    while !kept.isEmpty, String(kept) == nil { kept = kept.dropLast() }
    return String(kept) ?? ""
  }
}
