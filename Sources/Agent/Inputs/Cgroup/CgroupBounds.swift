// The limits that bind: of a cgroup and all above it the tightest one, the nearest where several are alike. It is said with
// the cgroup it sits at, since that one's usage, throttling and kills tell how near it is. What has no limit has no sample.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `vitals_cgroup_*_limit_*`.
struct CgroupBounds {
  private struct Bound {
    let labels: LabelSet
    let value: Double
  }

  private struct Key: Hashable {
    let service: String
    let id: String
  }

  private static let cores = MetricFamily(
    "vitals_cgroup_cpu_limit_cores", .gauge,
    help: "The tightest CPU quota over a service's cgroup and all above it, in cores; id is the cgroup that has it.")
  private static let bytes = MetricFamily(
    "vitals_cgroup_memory_limit_bytes", .gauge,
    help: "The tightest memory limit over a service's cgroup and all above it; id is the cgroup that has it.",
    unit: "bytes")

  private var known: [Key: LabelSet] = [:]
  private var cpu: [Bound] = []
  private var memory: [Bound] = []

  /// Finds the limits anew.
  mutating func renew(_ owners: [CgroupOwner], _ cgroups: [String: Cgroup]) {
    cpu.removeAll(keepingCapacity: true)
    memory.removeAll(keepingCapacity: true)
    for owner in owners {
      for chain in owner.cpu {
        guard let (id, cores) = CgroupBounds.tightest(chain, cgroups, { $0.cores }) else { continue }
        add(owner, id, cores, to: \.cpu)
      }
      for chain in owner.memory {
        var found = CgroupBounds.tightest(chain, cgroups) { $0.limit(.memoryLimit).map { Double($0) } }
        // Version 1 tells what is above those in sight.
        if let leaf = chain.first.flatMap({ cgroups[$0] }), let all = leaf.values.limit(.hierarchicalLimit),
          Double(all) < found?.limit ?? .infinity
        {
          found = (CgroupPath.hidden, Double(all))
        }
        if let (id, limit) = found { add(owner, id, limit, to: \.memory) }
      }
    }
  }

  private static func tightest(
    _ chain: CgroupOwner.Chain, _ cgroups: [String: Cgroup], _ limit: (CgroupValues) -> Double?
  ) -> (id: String, limit: Double)? {
    var found: (id: String, limit: Double)?
    for id in chain {
      guard let one = cgroups[id].flatMap({ limit($0.values) }), one < found?.limit ?? .infinity else { continue }
      found = (id, one)
    }
    return found
  }

  private mutating func add(
    _ owner: CgroupOwner, _ id: String, _ value: Double, to list: WritableKeyPath<CgroupBounds, [Bound]>
  ) {
    let labels = labels(owner.service, id)
    // Several of its cgroups may be below the same one.
    if self[keyPath: list].contains(where: { $0.labels == labels }) { return }
    self[keyPath: list].append(Bound(labels: labels, value: value))
  }

  /// The labels of a service's figure for a cgroup, the same ones each time: processes that come and go change nothing.
  mutating func labels(_ service: String, _ id: String) -> LabelSet {
    let key = Key(service: service, id: id)
    if let labels = known[key] { return labels }
    if known.count >= Limits.serviceKeys { known.removeAll() }
    let made = LabelSet([("service", service), ("id", id)])
    known[key] = made
    return made
  }

  /// Writes both families.
  func collect(into sink: any SampleSink) {
    for (family, bounds) in [(CgroupBounds.cores, cpu), (CgroupBounds.bytes, memory)] where !bounds.isEmpty {
      sink.family(family)
      for bound in bounds { sink.sample(bound.labels, bound.value) }
    }
  }
}
