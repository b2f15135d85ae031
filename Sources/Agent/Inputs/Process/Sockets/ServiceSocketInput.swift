// The TCP sockets of watched services by state: connections that leak in CLOSE_WAIT, pools that grow. Counted every 15
// seconds on a helper thread, because a service may hold a hundred thousand of them and the kernel's table may have as many
// more; a look that cost much is followed by a longer rest.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `vitals_service_sockets`.
final class ServiceSocketInput: Input {
  let name = "service_sockets"
  let isCheap = false
  var interval: Double { max(Limits.serviceSocketSeconds, reading.restSeconds) }

  private typealias Result = (rows: [SocketCensus.Row], fault: SystemError?)

  private static let sockets = MetricFamily(
    "vitals_service_sockets", .gauge, help: "TCP sockets that a watched service holds, by state.")
  private static let leftOut = MetricFamily(
    "vitals_service_sockets_left_out", .gauge,
    help: "Watched services whose sockets are not counted because they have too many descriptors.")
  /// The states that have series, with their labels.
  private static let states = TCPStateTable.states.indices.filter { SocketCensus.ownedStates & 2 << UInt32($0) != 0 }

  private let log: any EventLog
  private let services: () -> [ServiceProcesses]
  /// What the next look is to count, and the tick that it is due at, for the helper.
  private let next = Guarded<(services: [ServiceProcesses], now: Moment)>(([], Moment(boot: 0, real: 0)))
  private let reading: HelperReading<(rows: [SocketCensus.Row], fault: SystemError?)>
  private var rows: [SocketCensus.Row]?
  private var labels: [String: [LabelSet]] = [:]
  private var said: Set<String> = []

  /// `services` are those to look into, `dump` gives the kernel's sockets.
  init(
    paths: KernelPaths, work: any BlockingWork, log: any EventLog,
    dump: @escaping SocketCensus.Dump = ServiceSocketInput.dump, rests: RestingProcesses? = nil,
    services: @escaping () -> [ServiceProcesses]
  ) {
    self.log = log
    self.services = services
    // One reading at a time has the census.
    let census = Guarded(SocketCensus(proc: paths.proc, rests: rests))
    reading = HelperReading("sockets of services", work: work, turns: ReadingTurns(), log: log) { [next] in
      let (services, now) = next.withLock { $0 }
      return census.withLock { ServiceSocketInput.count(services, now, &$0, dump) }
    }
  }

  private static func count(
    _ services: [ServiceProcesses], _ now: Moment, _ census: inout SocketCensus, _ dump: SocketCensus.Dump
  ) -> Result {
    census.find(services, at: now)
    do throws(SystemError) {
      try census.count(dump)
      return (census.rows, nil)
    } catch {
      return ([], error)
    }
  }

  /// The sockets of our own network namespace that have an owner.
  private static let dump: SocketCensus.Dump = { (buffer, each) throws(SystemError) in
    try SocketDump.tcp(states: SocketCensus.ownedStates).run(&buffer, each)
  }

  func sample(at now: Moment) {
    let services = services().filter { !$0.pids.isEmpty }
    if services.isEmpty { return rows = nil }
    next.withLock { $0 = (services, now) }
    reading.start { [weak self] in self?.take($0) }
  }

  private func take(_ result: Result?) {
    rows = result.flatMap { $0.fault == nil ? $0.rows : nil }
    if let fault = result?.fault, said.insert("").inserted {
      log.log(.warning, "the sockets of services cannot be counted", [("error", fault.description)])
    }
    let named = Set(services().filter(\.isNamed).map(\.service))
    for row in rows ?? [] where named.contains(row.service) { say(row) }
  }

  private func say(_ row: SocketCensus.Row) {
    guard let absence = row.absence, said.insert(row.service).inserted else { return }
    let reason =
      switch absence {
      case .denied: "run vitals as the service's user or with CAP_SYS_PTRACE"
      case .foreign: "it is in another network namespace: run vitals in that one"
      case .tooMany: "it has more descriptors than are looked at"
      }
    log.log(
      .warning, "a watched service's sockets cannot be counted; they are absent",
      [("service", row.service), ("advice", reason)])
  }

  func collect(into sink: any SampleSink) {
    guard let rows else { return }
    let present = services()
    sink.family(ServiceSocketInput.sockets)
    for row in rows where row.absence == nil {
      guard present.contains(where: { $0.service == row.service && !$0.pids.isEmpty }) else { continue }
      for (labels, state) in zip(labels(of: row.service), ServiceSocketInput.states) {
        sink.sample(labels, .unsigned(row.counts[state]))
      }
    }
    sink.family(ServiceSocketInput.leftOut)
    sink.sample(.empty, .integer(Int64(rows.count { $0.absence == .tooMany })))
  }

  private func labels(of service: String) -> [LabelSet] {
    if let known = labels[service] { return known }
    if labels.count >= Limits.turnoverServices { labels.removeAll() }
    let made = ServiceSocketInput.states.map {
      LabelSet([("service", service), ("state", TCPStateTable.states[$0])])
    }
    labels[service] = made
    return made
  }
}
