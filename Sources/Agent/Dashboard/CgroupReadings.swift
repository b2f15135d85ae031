// How near a service, or the agent, is to the limits that bind it: of the cgroup that has the limit, whoever else is in it,
// because that one is held back or killed. A limit above what the machine has binds nobody.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Usage against the limits of cgroups.
struct CgroupReadings {
  /// A limit and what is used of it.
  struct Reading {
    let limit: Double
    /// Nil before there were two samples.
    let used: Double?
    /// Of CPU, the share of periods in which the quota was used up; of memory, the processes killed of late.
    let harm: Double?

    var ratio: Double? { used.map { $0 / limit } }
  }

  /// In cores.
  let cpu: Reading?
  /// In bytes, without what the kernel would drop first.
  let memory: Reading?

  /// Of a service; the agent's own has no name. Of several cgroups it is the one nearest to its limit.
  init(_ history: History, service: String) {
    let seconds = Limits.dashboardRateSeconds
    let cores = Double(history.series("node_cpu_seconds_total", [("mode", "idle")]).filter { $0.latest != nil }.count)
    cpu = CgroupReadings.nearest(history, "cpu_limit_cores", service, below: cores) { limit, id in
      let used = history.series("container_cpu_usage_seconds_total", [("id", id)]).first?.rate(seconds: seconds)
      return Reading(limit: limit, used: used, harm: CgroupReadings.throttled(history, id, seconds))
    }
    let total = history.series("node_memory_MemTotal_bytes").first?.latest ?? 0
    memory = CgroupReadings.nearest(history, "memory_limit_bytes", service, below: total) { limit, id in
      let used = history.series("container_memory_working_set_bytes", [("id", id)]).first?.latest
      let kills = history.series("container_oom_events_total", [("id", id)]).first?
        .growth(endingAt: history.span.upperBound - 1, seconds: Double(Limits.historyTicks))
      return Reading(limit: limit, used: used, harm: kills?.amount)
    }
  }

  private static func nearest(
    _ history: History, _ name: String, _ service: String, below most: Double,
    _ read: (_ limit: Double, _ id: String) -> Reading
  ) -> Reading? {
    let readings = history.series("vitals_cgroup_" + name, [("service", service)]).compactMap { one -> Reading? in
      guard one.isCurrent, let limit = one.latest, limit > 0, most == 0 || limit < most else { return nil }
      return read(limit, one.labels["id"] ?? "")
    }
    return readings.max { ($0.ratio ?? 0) < ($1.ratio ?? 0) }
  }

  private static func throttled(_ history: History, _ id: String, _ seconds: Double) -> Double? {
    func growth(_ name: String) -> Double? {
      history.series("container_cpu_cfs_\(name)_total", [("id", id)]).first?
        .growth(endingAt: history.span.upperBound - 1, seconds: seconds)?.amount
    }
    guard let all = growth("periods"), all > 0, let throttled = growth("throttled_periods") else { return nil }
    return throttled / all
  }

  /// ` of 2.0 cores`.
  static func note(cores: Double) -> String { " of \(Units.digits(cores, cores < 0.995 ? 2 : 1)) cores" }

  /// ` of 512 MiB`.
  static func note(bytes: Double) -> String { " of \(Units.bytes(bytes))" }

  /// What the limits did, where they did anything.
  static func addThrottled(_ reading: Reading, to row: inout FieldRow) {
    guard let share = reading.harm, share > 0 else { return }
    row.add("throttled", Units.percent(share), width: 6, share >= 0.25 ? .bad : .warn)
  }

  /// How many were killed for want of memory over the minutes that are kept, where any was.
  static func addKills(_ reading: Reading, to row: inout FieldRow) {
    guard let kills = reading.harm, kills > 0 else { return }
    row.add("OOM kills", Units.count(kills), width: 2, .bad)
  }
}
