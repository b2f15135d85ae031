// A line that people should see, as places in its chunk: text is made only of the few that are kept.
// SPDX-License-Identifier: Apache-2.0

/// The parts of a line at level warning or above.
struct NotableLine {
  let level: JSONText
  /// What happened.
  let event: JSONText?
  let exception: JSONText?
  let timestamp: JSONText?

  /// The line as it is kept.
  func recent(_ bytes: Span<UInt8>, _ service: String, _ now: Moment) -> RecentError {
    var text = event.map { bytes.string($0) } ?? ""
    if let exception {
      let last = bytes.string(exception).split(separator: "\n").last ?? ""
      text += text.isEmpty ? String(last) : ": \(last)"
    }
    var kept = text.utf8.prefix(Limits.recentErrorBytes)
    // A cut inside a character takes the rest of it away.
    while !kept.isEmpty, String(kept) == nil { kept = kept.dropLast() }
    let own = timestamp.flatMap { Timestamp.nanoseconds(bytes, $0.range) }
    return RecentError(
      real: own ?? now.real, service: service, level: bytes.string(level).lowercased(), text: String(kept) ?? "")
  }
}
