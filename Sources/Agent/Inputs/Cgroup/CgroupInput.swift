// The cgroups of the agent and of the watched services, with those above them whose limits may be tighter. Under which
// names and with which files follows from the mounts; it is looked up when something changed, and each second only the
// files are read.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `container_*` and `vitals_cgroup_*`.
final class CgroupInput: Input {
  let name = "cgroups"
  let isCheap = false
  var malformedLines: UInt64 { malformed &+ members.malformed }

  private static let lastSeen = MetricFamily(
    "container_last_seen", .gauge, help: "When a cgroup was last looked at, in unixtime.")
  private static let processes = MetricFamily(
    "vitals_cgroup_processes", .gauge,
    help: "Processes of a service in a cgroup: joins service to id. Without a service it is the agent's own.")
  private static let leftOut = MetricFamily(
    "vitals_cgroup_left_out", .gauge, help: "Cgroups and devices of cgroups past the limit, which get no series.")

  private let paths: KernelPaths
  private let log: any EventLog
  private let watched: () -> [WatchedProcess]
  private let members: CgroupMembers
  private let containerNames: ContainerNames
  private let blockNames: BlockNames
  private let descriptors: Int
  private var mounts: CgroupMounts?
  private var own: CgroupPlaces?
  private var renewed: Moment?
  private var plan: CgroupPlan?
  private var cgroups: [Cgroup] = []
  private var byID: [String: Cgroup] = [:]
  private var bounds = CgroupBounds()
  private var counts: [(labels: LabelSet, count: Int)] = []
  private var said: Set<String> = []
  private var malformed: UInt64 = 0
  private var buffer: [UInt8] = []

  private let cgroupsLeftOut = LabelSet([("kind", "cgroup")])
  private let devicesLeftOut = LabelSet([("kind", "device")])

  /// `environment` gives a variable; `descriptors` is how many may be open in all; `watched` tells the services' processes.
  init(
    paths: KernelPaths, log: any EventLog, environment: (String) -> String? = Terminal.environment,
    descriptors: UInt64 = DescriptorLimit.raise(), watched: @escaping () -> [WatchedProcess]
  ) {
    self.paths = paths
    self.watched = watched
    self.log = log
    members = CgroupMembers(proc: paths.proc)
    containerNames = ContainerNames(environment)
    blockNames = BlockNames(sys: paths.sys)
    let spare = Int(clamping: descriptors) - Limits.cgroupDescriptorsForOthers
    self.descriptors = min(Limits.cgroupOpenFiles, max(0, spare / 4))
  }

  func sample(at now: Moment) {
    var hasChanged = false
    if renewed.map({ now.seconds(since: $0) >= Limits.cgroupRenewSeconds }) ?? true {
      renewed = now
      hasChanged = findMounts()
    }
    hasChanged = members.renew(watched(), at: now) || hasChanged
    if hasChanged { makePlan() }
    for cgroup in cgroups { malformed &+= cgroup.sample(at: now, &buffer) }
    bounds.renew(plan?.owners ?? [], byID)
  }

  /// Reads where the trees are mounted and where the agent is in them; true when it is not as it was.
  private func findMounts() -> Bool {
    let directory = paths.proc + "/self"
    var found: [CgroupMount] = []
    if (try? KernelFile.read(directory + "/mountinfo", into: &buffer)) != nil {
      found = CgroupMount.parse(buffer.span, malformed: &malformed)
    }
    let mounts = CgroupMounts(found, sys: paths.sys)
    if mounts.isEmpty { say("mounts", "no tree of cgroups is mounted; their metrics are absent", []) }
    let own = CgroupPlaces.read(directory, into: &buffer, malformed: &malformed)
    if self.mounts == mounts && self.own == own { return false }
    self.mounts = mounts
    self.own = own
    // Labels may be others now.
    cgroups.removeAll()
    return true
  }

  private func makePlan() {
    guard let mounts else { return }
    let services = own.map { [(service: "", places: [$0: 1])] } ?? []
    let plan = CgroupPlan(services + members.services, mounts)
    var known: [String: Cgroup] = [:]
    // One that was gone may be another by now, whose files need not wait to be tried again.
    for cgroup in cgroups where cgroup.isThere && plan.parts[cgroup.id] == cgroup.parts { known[cgroup.id] = cgroup }
    cgroups.removeAll()
    var spare = descriptors - known.values.reduce(0) { $0 + $1.openFiles }
    // The machine's root is nobody's container.
    let home = plan.owners.first { $0.service.isEmpty }.map { me in
      me.processes.keys.filter { $0 != "/" || me.hasHidden }
    }
    for (id, parts) in plan.parts.sorted(by: { $0.key < $1.key }) {
      let labels = CgroupLabels(id: id, names: containerNames.names(of: id, own: Set(home ?? [])))
      cgroups.append(
        known[id] ?? Cgroup(id: id, parts: parts, labels: labels, names: blockNames, spare: &spare))
    }
    byID = Dictionary(uniqueKeysWithValues: cgroups.map { ($0.id, $0) })
    counts.removeAll(keepingCapacity: true)
    for owner in plan.owners {
      for (id, count) in owner.processes.sorted(by: { $0.key < $1.key }) {
        counts.append((bounds.labels(owner.service, id), count))
      }
    }
    self.plan = plan
    sayWhatIsHidden(plan)
  }

  private func sayWhatIsHidden(_ plan: CgroupPlan) {
    for owner in plan.owners {
      let fields = owner.service.isEmpty ? [] : [(name: "service", value: owner.service)]
      if owner.isOutOfSight {
        say("\(owner.service)/sight", "a cgroup is not below any mount in sight; its metrics are absent", fields)
      } else if owner.hasHidden {
        say(
          "\(owner.service)/above", "cgroups above those in sight may have tighter limits, which cannot be seen",
          fields)
      }
    }
  }

  /// Says a thing once in the agent's life.
  private func say(_ key: String, _ message: String, _ fields: [(name: String, value: String)]) {
    if said.count < Limits.saidThings, said.insert(key).inserted { log.log(.info, message, fields) }
  }

  func collect(into sink: any SampleSink) {
    let rows = cgroups.map { ($0.labels, $0.values) }
    // Lent, because to copy a column counts the references of all that it has.
    let all = CgroupColumns.all
    let columns = all.span
    for place in columns.indices { columns[place].write(rows, into: sink) }
    for column in CgroupColumns.devices { column.write(cgroups, into: sink) }
    let seen = cgroups.filter { $0.seen != nil }
    if !seen.isEmpty { sink.family(CgroupInput.lastSeen) }
    for cgroup in seen { if let moment = cgroup.seen { sink.sample(cgroup.labels.plain, moment.unixSeconds) } }
    bounds.collect(into: sink)
    if !counts.isEmpty { sink.family(CgroupInput.processes) }
    for (labels, count) in counts { sink.sample(labels, .integer(Int64(count))) }
    sink.family(CgroupInput.leftOut)
    sink.sample(cgroupsLeftOut, .integer(Int64(plan?.leftOut ?? 0)))
    sink.sample(devicesLeftOut, .integer(Int64(cgroups.reduce(0) { $0 + $1.traffic.leftOut })))
  }
}
