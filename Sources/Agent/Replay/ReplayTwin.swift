// Two services that seem to be one: the one's requests stand in a server's access log, the other's in its own lines, of
// the same time where both say it, and nearly all of the fewer are as many of the same method, path and status among
// the others. Files are services by their names where nobody says otherwise, so that the access log beside a service's
// own tells its requests a second time. Whether they are the same nobody can know; so they count as named, and this
// only says it.
// SPDX-License-Identifier: Apache-2.0

/// Two services whose logs seem to tell the same requests.
struct ReplayTwin {
  /// Whose requests an access log tells.
  let server: String
  /// Who tells them itself.
  let service: String
  /// How many both tell.
  let requests: UInt64
  /// The files of both, as the command line should name them.
  let arguments: [String]

  /// What is compared of a service.
  private struct Side {
    let name: String
    let isServer: Bool
    var requests: UInt64 = 0
    var counts: [[String]: UInt64] = [:]
    var span: ClosedRange<UInt64>?

    init(_ counts: ServiceCounts, _ place: Int, _ endpoints: [ReplayReport.Endpoint], _ files: [ReplayFile]) {
      name = counts.service
      isServer = counts.tally.routes.isTold
      for endpoint in endpoints where endpoint.service == name && endpoint.path != "other" {
        for (status, count) in endpoint.statuses {
          self.counts[[endpoint.method, endpoint.path, status], default: 0] &+= count
          requests &+= count
        }
      }
      let timed = files.filter { $0.service == place && $0.first <= $0.last }
      if let first = timed.map(\.first).min(), let last = timed.map(\.last).max() { span = first...last }
    }
  }

  /// All there are, those with most requests first.
  static func all(_ replay: LogReplay, _ endpoints: [ReplayReport.Endpoint]) -> [ReplayTwin] {
    let sides = replay.services.enumerated().map { Side($1, $0, endpoints, replay.files) }
    var twins: [ReplayTwin] = []
    for server in sides where server.isServer {
      for service in sides where !service.isServer {
        guard let same = same(server, service) else { continue }
        let files = replay.files.filter { [server.name, service.name].contains($0.source.service) }
        twins.append(
          ReplayTwin(
            server: server.name, service: service.name, requests: same,
            arguments: files.map { "\(service.name)=\($0.name)" }))
      }
    }
    return twins.sorted { $0.requests > $1.requests }
  }

  /// How many requests both tell, when that is nearly all of the one and not little of the other.
  private static func same(_ one: Side, _ other: Side) -> UInt64? {
    let same = one.counts.reduce(UInt64(0)) { $0 &+ min($1.value, other.counts[$1.key] ?? 0) }
    let (fewer, more) = (min(one.requests, other.requests), max(one.requests, other.requests))
    guard same >= Limits.replayTwinRequests, Double(same) >= 0.9 * Double(fewer) else { return nil }
    // Where lines have no time, as Uvicorn's own access lines, nearly all of both must be the same.
    guard let mine = one.span, let others = other.span else { return Double(same) >= 0.9 * Double(more) ? same : nil }
    guard Double(same) >= 0.5 * Double(more), mine.overlaps(others) else { return nil }
    let shared = mine.clamped(to: others)
    let shorter = min(mine.upperBound - mine.lowerBound, others.upperBound - others.lowerBound)
    return Double(shared.upperBound - shared.lowerBound) >= 0.5 * Double(shorter) ? same : nil
  }

  /// What to say of it to a person.
  var text: String {
    "\(server) and \(service) seem to tell the same requests: "
      + "\(Units.count(Double(requests))) count twice"
  }

  /// What to do about it.
  var advice: String {
    let shown = arguments.prefix(Limits.replayTwinFiles).joined(separator: " ")
    let rest = arguments.count > Limits.replayTwinFiles ? " and so on" : ""
    return "if they are one service's, give their files one name: vitals replay \(shown)\(rest)"
  }
}
