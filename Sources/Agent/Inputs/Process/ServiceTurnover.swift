// How the processes of services come and go. A main process is one whose parent is not of its service: the master, or each
// of several that a manager started. Its end leaves a place, and the next main process that begins takes it: that is a
// restart. So a worker that is replaced is none, nor is a program that changes by exec(2), nor one that hands over to a
// successor that it started itself, since none of them leaves the service without its main process. A command that somebody
// runs beside the service looks like a main process and ends soon: it leaves a place only if it took one, or lived long.
//
// Only what is seen counts: a process that begins and ends between two walks is not, and what was there at the agent's
// start has not begun. Deaths are told by the table, not by membership: a service that is looked up in vain for a moment,
// as while the holder of its socket is searched, has not ended.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Counts starts, exits and restarts, by service.
final class ServiceTurnover {
  /// What is counted of a service.
  struct Counts: Equatable {
    var starts: UInt64 = 0
    var exits: UInt64 = 0
    var restarts: UInt64 = 0
  }

  private struct Service {
    var counts = Counts()
    var isThere = true
    /// Main processes that run, and when the places of those that ended fell open.
    var running = 0
    var open: [Moment] = []
  }

  private struct Life {
    let startTicks: UInt64
    var service: String
    let isMain: Bool
    /// Whether its end leaves a place however soon it comes.
    let hasPlace: Bool
  }

  private var services: [String: Service] = [:]
  private var lives: [Int32: Life] = [:]
  private var began: UInt64?

  /// What was counted of a service.
  func counts(_ service: String) -> Counts? { services[service]?.counts }

  /// Takes the services' processes of this moment. `stat` tells what the table knows of a process.
  func renew(_ members: [(service: String, pids: [Int32])], _ now: Moment, stat: (Int32) -> ProcessStat?) {
    let began = self.began ?? now.ticks
    self.began = began
    for (pid, life) in lives {
      if let stat = stat(pid), stat.startTicks == life.startTicks, !stat.isDead { continue }
      lives[pid] = nil
      end(life, now)
    }
    for service in services.keys { services[service]?.isThere = false }
    for (service, pids) in members {
      services[service, default: Service()].isThere = true
      let new = pids.filter { lives[$0]?.service != service }
      if new.isEmpty { continue }
      let all = Set(pids)
      for pid in new {
        if let stat = stat(pid) { begin(pid, stat, service, isMain: !all.contains(stat.parent), began, now) }
      }
    }
    forget()
  }

  private func end(_ life: Life, _ now: Moment) {
    guard var service = services[life.service] else { return }
    service.counts.exits &+= 1
    if life.isMain {
      service.running -= 1
      let age = Double(Int64(bitPattern: now.ticks &- life.startTicks)) / Limits.userHertz
      let leavesPlace = life.hasPlace || age >= Limits.mainProcessSeconds
      if leavesPlace, service.open.count < Limits.processesPerService { service.open.append(now) }
    }
    services[life.service] = service
  }

  private func begin(
    _ pid: Int32, _ stat: ProcessStat, _ name: String, isMain: Bool, _ began: UInt64, _ now: Moment
  ) {
    guard var service = services[name] else { return }
    if let known = lives[pid] {
      // It has gone over from another service.
      if known.isMain { services[known.service]?.running -= 1 }
      service.running += known.isMain ? 1 : 0
      lives[pid]?.service = name
      services[name] = service
      return
    }
    let isNew = stat.startTicks > began
    if isNew { service.counts.starts &+= 1 }
    var hasPlace = false
    if isMain {
      let isAlone = service.running == 0
      if !isAlone { service.open.removeAll { now.seconds(since: $0) > Limits.openPlaceSeconds } }
      let isRestart = isNew && !service.open.isEmpty
      if isRestart {
        service.counts.restarts &+= 1
        service.open.removeFirst()
      }
      hasPlace = isRestart || isAlone || !isNew
      service.running += 1
    }
    lives[pid] = Life(startTicks: stat.startTicks, service: name, isMain: isMain, hasPlace: hasPlace)
    services[name] = service
  }

  private func forget() {
    for name in services.keys.sorted() where services.count > Limits.turnoverServices {
      if services[name]?.isThere == false { services[name] = nil }
    }
  }

  private static let restarts = MetricFamily(
    "vitals_service_restarts_total", .counter,
    help: "How often a main process of a watched service ended and another one took its place, as seen by the agent.")
  private static let starts = MetricFamily(
    "vitals_service_process_starts_total", .counter,
    help: "Processes of a watched service that began while the agent looked, workers included.")
  private static let exits = MetricFamily(
    "vitals_service_process_exits_total", .counter,
    help: "Processes of a watched service that ended while the agent looked, workers included.")

  /// Writes the counts of `present` services, in their order.
  func collect(_ present: [(name: String, labels: LabelSet)], into sink: any SampleSink) {
    write(ServiceTurnover.restarts, \.restarts, present, sink)
    write(ServiceTurnover.starts, \.starts, present, sink)
    write(ServiceTurnover.exits, \.exits, present, sink)
  }

  private func write(
    _ family: MetricFamily, _ count: KeyPath<Counts, UInt64>, _ present: [(name: String, labels: LabelSet)],
    _ sink: any SampleSink
  ) {
    sink.family(family)
    for (name, labels) in present {
      if let counts = services[name]?.counts { sink.sample(labels, .unsigned(counts[keyPath: count])) }
    }
  }
}
