// The watched services' processes: found anew at each walk over /proc, so that workers may come and go, with all their
// descendants. The agent is never a service's, and its ancestors only by an exact match: `--watch api=sh` must not mean
// the shell it runs in. A watch that is left with nothing for one of these reasons is told so.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `vitals_process_*` of watched services, and of the busiest processes for the dashboard.
final class ProcessInput: Input, GroupSource {
  let name = "processes"
  let isCheap = false
  var malformedLines: UInt64 { table.malformed }
  private(set) var isStale = false

  private let table: ProcessTable
  private let watches: [Watch]
  private let log: any EventLog
  private let scanTicks: Int
  private let heldFigures: Int
  /// Nil when only what is named is watched.
  private let finder: ServiceFinder?
  private let rests: RestingProcesses?
  private var ports: PortOwners
  private var members: [(service: String, pids: [Int32])] = []
  /// The same, as they stand in the table.
  private var memberEntries: [(service: String, entries: [ProcessTable.Entry])] = []
  /// All members, whatever their service.
  private var memberIDs: Set<Int32> = []
  /// The service of each member, and of the dead that were one or that one has not waited for.
  private var serviceOf: [Int32: String] = [:]
  private var dead: [Int32] = []
  private var serviceLabels = KeyedLabels("service", limit: Limits.serviceKeys)
  private var figures: [Int32: ProcessFigures] = [:]
  /// When the figures of processes that do nothing are due.
  private var figured: [Int32: Moment] = [:]
  private var named: Set<String> = []
  private var files: [Int32: ProcessFiles] = [:]
  /// The state of the table, and of the ports' owners, that the members were found in.
  private var found: (changes: Int, owners: [UInt16: Set<Int32>], listeners: Set<Discovery.Listener>)?
  private var labels: [Int32: ProcessLabels] = [:]
  private var busiest: [Int32: Moment] = [:]
  private var said: Set<String> = []
  private var blockDelays: BlockDelays
  private let turnover = ServiceTurnover()
  private var ticks = 0
  private(set) var walks = 0
  private var buffer: [UInt8] = []
  private var failed = false
  /// When the machine started in seconds since 1970, taken once: each look at two clocks gives a slightly other answer,
  /// and a process may not seem to start anew.
  private var bootSeconds: Double?

  /// A machine with many processes is looked at every `scanTicks`; up to `heldFiles` of their files are kept open, and
  /// half as many of those that are looked at closely; `inodes` tells the sockets that listen on a port. With a `finder`
  /// services that nobody named are watched too. `rests` is told which members rest.
  init(
    paths: KernelPaths, watches: [Watch], log: any EventLog, scanTicks: Int = Limits.processScanTicks,
    heldFiles: Int = Limits.heldProcesses, finder: ServiceFinder? = nil,
    rests: RestingProcesses? = nil,
    inodes: @escaping (UInt16) throws(SystemError) -> Set<UInt32> = ListeningSockets.inodes
  ) {
    self.scanTicks = scanTicks
    let withCgroups = watches.contains { if case .cgroup = $0.match { true } else { false } }
    table = ProcessTable(proc: paths.proc, heldFiles: heldFiles, withCgroups: withCgroups)
    heldFigures = min(Limits.heldFigures, heldFiles / 4)
    self.watches = watches
    self.finder = finder
    self.rests = rests
    named = Set(watches.map(\.service))
    blockDelays = BlockDelays(proc: paths.proc, log: log)
    self.log = log
    ports = PortOwners(proc: paths.proc, watches: watches, inodes: inodes)
  }

  func sample(at now: Moment) {
    ticks &+= 1
    if bootSeconds == nil { bootSeconds = Double(Int64(bitPattern: now.real &- now.boot)) / 1e9 }
    let isMany = table.entries.count > Limits.processesEveryTick
    isStale = isMany && ticks % scanTicks != 0
    if isStale { return }
    walks &+= 1
    do {
      try table.walk(now)
      failed = false
    } catch {
      if !failed { log.log(.error, "processes cannot be listed", [("error", error.description)]) }
      failed = true
    }
    if walks == 1, table.hidesOthers {
      say(
        "hidden", "processes of other users are hidden and not watched",
        [("advice", "hidepid of /proc: run the agent as the service's user, as root, or in the group of gid=")])
    }
    if !ports.isEmpty {
      let alive = table.entries.filter { !$0.value.stat.isDead }.mapValues(\.stat.startTicks)
      ports.renew(alive, now, say) { [table] in table.mark(of: $0) }
    }
    do throws(SystemError) {
      try finder?.renew(table, now)
    } catch {
      say("sockets", "listening sockets cannot be listed", [("error", error.description)])
    }
    renewMembers(now)
    giveMarks()
    if !memberIDs.isEmpty { blockDelays.renew(now, into: &buffer) }
    readFigures(now)
    findBusiest(now)
  }

  /// Finds the members anew when something has changed that they depend on.
  private func renewMembers(_ now: Moment) {
    let owners = ports.owners
    let listeners = finder?.listeners ?? []
    if let found, found.changes == table.changes, found.owners == owners, found.listeners == listeners { return }
    found = (table.changes, owners, listeners)
    findMembers()
    // Without a list of processes nobody is known to have ended.
    if !failed { turnover.renew(members, now) { [table] in table.entries[$0]?.stat } }
    memberIDs = Set(members.flatMap(\.pids))
    memberEntries = members.map { service, pids in (service, pids.compactMap { table.entries[$0] }) }
    findDead()
    // Those past the limit have no series of their own: what they do may show late.
    let shown = Set(members.flatMap { $0.pids.prefix(Limits.processesPerService) })
    table.forEach { $0.isWatched = shown.contains($0.identity.pid) }
    table.watchedMayRest = memberIDs.count > Limits.freshFigures
    labels = labels.filter { table.entries[$0.key] != nil }
    files = files.filter { table.entries[$0.key]?.stat.startTicks == $0.value.startTicks }
  }

  private func findDead() {
    let before = serviceOf
    serviceOf.removeAll(keepingCapacity: true)
    for (service, pids) in members { for pid in pids { serviceOf[pid] = service } }
    dead.removeAll(keepingCapacity: true)
    table.forEach { entry in
      if !entry.stat.isDead { return }
      let pid = entry.identity.pid
      let own = entry.isWatched ? before[pid] : nil
      guard let owner = own ?? serviceOf[entry.stat.parent] else { return }
      serviceOf[pid] = owner
      dead.append(pid)
    }
  }

  func forEachMember(_ body: GroupVisitor) {
    for (service, entries) in memberEntries {
      for (place, entry) in entries.enumerated() {
        // Those past the limit have none.
        let figures = place < Limits.processesPerService ? figures[entry.identity.pid] : nil
        body(service, entry.identity.pid, entry.stat, figures, entry.mark)
      }
    }
    for pid in dead {
      if let service = serviceOf[pid], let entry = table.entries[pid] { body(service, pid, entry.stat, nil, nil) }
    }
  }

  /// Tells those who look at the members' descriptors which of them rest.
  private func giveMarks() {
    guard let rests else { return }
    var marks: [Int32: RestMark] = [:]
    for (_, entries) in memberEntries { for entry in entries { marks[entry.identity.pid] = entry.mark } }
    rests.give(marks)
  }

  func isThere(_ pid: Int32, startTicks: UInt64) -> Bool { table.entries[pid]?.stat.startTicks == startTicks }

  /// The matched processes and what they started, by service. A process belongs to the first watch that takes it.
  private func findMembers() {
    members.removeAll(keepingCapacity: true)
    findNamed()
    findListening()
    for (service, pids) in members where pids.count > Limits.processesPerService {
      say("\(service)/many", "a service has more processes than get series", [("service", service)])
    }
  }

  /// Services that listen and that nobody named, of what is left.
  private func findListening() {
    guard let finder else { return }
    let taken = Set(members.flatMap(\.pids))
    for (name, pids) in finder.services(table) where !named.contains(name) {
      let left = pids.filter { !taken.contains($0) }
      if !left.isEmpty { members.append((name, left)) }
    }
  }

  private func findNamed() {
    if watches.isEmpty { return }
    let agent = table.ownID
    let ancestors = table.lineage(of: agent).subtracting([agent])
    var takers: [Int32: String] = [:]
    for (place, watch) in watches.enumerated() {
      let found = family(of: watch, place, agent: agent, ancestors: ancestors)
      let pids = found.filter { takers[$0] == nil }
      if pids.isEmpty, !found.isEmpty { sayTaken(watch, by: Set(found.compactMap { takers[$0] })) }
      for pid in pids { takers[pid] = watch.service }
      // A service may be named by several watches.
      if let place = members.firstIndex(where: { $0.service == watch.service }) {
        members[place].pids = (members[place].pids + pids).sorted()
      } else {
        members.append((watch.service, pids.sorted()))
      }
    }
  }

  /// The living processes that a watch means, descendants included, whoever has taken them. A dead one that waits for
  /// its parent is no process of a service any more; what it started may live.
  private func family(of watch: Watch, _ place: Int, agent: Int32, ancestors: Set<Int32>) -> Set<Int32> {
    var roots = Set(table.entries.values.filter { isMeant($0, watch.match, place) }.map(\.identity.pid))
    roots.remove(agent)
    let others = roots.subtracting(ancestors)
    if watch.match.isExact {
      // A port's socket may be inherited by those who started its server: they are meant when nobody else has it.
      if case .port = watch.match, !others.isEmpty { roots = others }
    } else {
      if others.isEmpty, !roots.isEmpty { sayAncestor(watch) }
      roots = others
    }
    if roots.isEmpty { sayWord(watch) }
    return table.family(of: roots).filter { $0 != agent && table.entries[$0]?.stat.isDead == false }
  }

  private func isMeant(_ entry: ProcessTable.Entry, _ match: ProcessMatch, _ place: Int) -> Bool {
    guard case .port(let port) = match else {
      let takers = entry.takers ?? watches.map { $0.match.accepts(entry.identity) }
      entry.takers = takers
      return takers[place]
    }
    // systemd listens for services that it is yet to start; it is none of them.
    return entry.identity.name != "systemd" && ports.owners(of: port).contains(entry.identity.pid)
  }

  private func sayAncestor(_ watch: Watch) {
    say(
      "\(watch.text)/ancestor", "a watch matches only what started the agent, which it leaves out",
      [("watch", watch.text), ("advice", "name the process by port:, pid: or exe: if it is the service")])
  }

  private func sayTaken(_ watch: Watch, by services: Set<String>) {
    if services == [watch.service] { return }
    say(
      "\(watch.text)/taken", "a watch is left with nothing: earlier ones took its processes",
      [
        ("watch", watch.text), ("taken_by", services.sorted().joined(separator: ", ")),
        ("advice", "put the narrower watch first"),
      ])
  }

  private func sayWord(_ watch: Watch) {
    guard case .word(let word) = watch.match, word.contains(":") else { return }
    say(
      "\(watch.text)/word", "a watch with a colon is taken as bare text and matches nothing yet",
      [("watch", watch.text), ("advice", "kinds are \(MatchKinds.list)")])
  }

  private func readFigures(_ now: Moment) {
    let old = figures
    figures.removeAll(keepingCapacity: true)
    figured = figured.filter { memberIDs.contains($0.key) }
    let isMany = memberIDs.count > Limits.freshFigures
    for (service, pids) in members {
      let isNamed = named.contains(service)
      for pid in pids.prefix(Limits.processesPerService) {
        guard let entry = table.entries[pid] else { continue }
        // Most of the daemons that nobody asked for sleep: what they do need not be looked up each second.
        let mayRest = isMany || !isNamed
        let known = old[pid]
        if mayRest, entry.load == 0, let known, let due = figured[pid], now.boot < due.boot {
          figures[pid] = known
          continue
        }
        if mayRest { figured[pid] = nextFigures(pid, isFirst: known == nil, now) }
        figures[pid] = filesOf(entry).read(now, into: &buffer) { file in if isNamed { sayDenied(service, file) } }
      }
    }
  }

  /// When a process that does nothing is due again: the more there are the later, and those that were found together have
  /// their turns apart.
  private func nextFigures(_ pid: Int32, isFirst: Bool, _ now: Moment) -> Moment {
    let pause = Limits.idleFiguresSeconds * max(1, Double(memberIDs.count / Limits.freshFigures))
    return now.adding(seconds: isFirst ? 1 + Double(pid).truncatingRemainder(dividingBy: pause) : pause)
  }

  private func filesOf(_ entry: ProcessTable.Entry) -> ProcessFiles {
    let (pid, startTicks) = (entry.identity.pid, entry.stat.startTicks)
    if let known = files[pid], known.startTicks == startTicks { return known }
    let made = ProcessFiles(
      table.directory(pid), pid: pid, startTicks: startTicks, keepsOpen: files.count < heldFigures)
    files[pid] = made
    return made
  }

  private func sayDenied(_ service: String, _ file: String) {
    let advice = "run vitals as the service's user, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"
    say(
      "\(service)/\(file)", "a watched process may not be read; its figures are absent",
      [("service", service), ("file", "/proc/PID/\(file)"), ("advice", advice)])
  }

  /// Says a thing once in the agent's life.
  private func say(_ key: String, _ message: String, _ fields: [(name: String, value: String)]) {
    if said.count < Limits.saidThings, said.insert(key).inserted { log.log(.warning, message, fields) }
  }

  private func findBusiest(_ now: Moment) {
    var rivals: [ProcessTable.Entry] = []
    table.forEach { entry in
      guard let load = entry.load, load > Limits.busyShare else { return }
      if !entry.stat.isDead && !memberIDs.contains(entry.identity.pid) { rivals.append(entry) }
    }
    for entry in rivals.sorted(by: { ($0.load ?? 0) > ($1.load ?? 0) }).prefix(Limits.busiestProcesses) {
      let pid = entry.identity.pid
      busiest[pid] = now
      // Nobody asked for these: what may not be read is absent without a word.
      figures[pid] = filesOf(entry).read(now, into: &buffer) { _ in }
    }
    if busiest.isEmpty { return }
    busiest = busiest.filter { pid, seen in
      table.entries[pid] != nil && !memberIDs.contains(pid) && now.seconds(since: seen) <= Limits.busiestSeconds
    }
    if busiest.count > Limits.busiestProcesses * 2 {
      let keep = busiest.sorted { $0.value.boot > $1.value.boot }.prefix(Limits.busiestProcesses * 2)
      busiest = Dictionary(uniqueKeysWithValues: keep.map { ($0.key, $0.value) })
    }
    files = files.filter { memberIDs.contains($0.key) || busiest[$0.key] != nil }
  }

  private static let processes = MetricFamily(
    "vitals_service_processes", .gauge, help: "Processes of a watched service, descendants included.")
  private static let leftOut = MetricFamily(
    "vitals_service_processes_left_out", .gauge,
    help: "Processes of a watched service past the limit of \(Limits.processesPerService), which get no series.")

  func collect(into sink: any SampleSink) {
    sink.family(ProcessInput.processes)
    for (service, pids) in members { sink.sample(serviceLabels.labels(service), .integer(Int64(pids.count))) }
    sink.family(ProcessInput.leftOut)
    for (service, pids) in members {
      sink.sample(serviceLabels.labels(service), .integer(Int64(max(0, pids.count - Limits.processesPerService))))
    }
    turnover.collect(members.map { ($0.service, serviceLabels.labels($0.service)) }, into: sink)
    finder?.collect(into: sink)
    write(
      members.flatMap { member in member.pids.prefix(Limits.processesPerService).map { ($0, member.service) } }, sink)
  }

  /// The busiest processes that belong to no service, in the same families; for the history, not for a scraper, whom
  /// series that come and go would cost dear.
  func collectBusiest(into sink: any SampleSink) { write(busiest.keys.sorted().map { ($0, "") }, sink) }

  private func write(_ pids: [(pid: Int32, service: String)], _ sink: any SampleSink) {
    let rows = pids.compactMap { pid, service -> ProcessRow? in
      guard let entry = table.entries[pid] else { return nil }
      return ProcessRow(
        stat: entry.stat, figures: figures[pid], labels: labels(pid, service, entry.stat),
        blockedTicks: blockDelays.ticks(entry.stat))
    }
    ProcessRow.write(rows, bootSeconds: bootSeconds ?? 0, into: sink)
  }

  /// The processes that have series, for inputs that look at the same ones.
  var watched: [WatchedProcess] {
    members.flatMap { service, pids in
      pids.prefix(Limits.processesPerService).compactMap { pid in
        table.entries[pid].map {
          WatchedProcess(
            service: service, pid: pid, startTicks: $0.stat.startTicks, isNamed: named.contains(service))
        }
      }
    }
  }

  /// The same processes, with the labels that their series bear.
  var labelled: [(process: WatchedProcess, labels: LabelSet)] {
    watched.compactMap { process in
      table.entries[process.pid].map { (process, labels(process.pid, process.service, $0.stat).plain) }
    }
  }

  /// The services with all their processes.
  var services: [ServiceProcesses] {
    members.map { ServiceProcesses(service: $0.service, pids: $0.pids, isNamed: named.contains($0.service)) }
  }

  private func labels(_ pid: Int32, _ service: String, _ stat: ProcessStat) -> ProcessLabels {
    if let known = labels[pid], known.belongs(to: service, stat) { return known }
    let made = ProcessLabels(pid: pid, service: service, stat: stat)
    labels[pid] = made
    return made
  }
}
