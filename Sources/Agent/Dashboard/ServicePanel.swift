// A service on a few lines: how much is asked of it, how much fails, how long it takes, and what it uses.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// One service.
struct ServicePanel {
  private let history: History
  private let service: String

  init(_ history: History, service: String) {
    self.history = history
    self.service = service
  }

  /// The services that there are, watched or logging, in the order in which they came.
  static func names(_ history: History) -> [String] {
    var names: [String] = []
    for metric in ["vitals_service_processes", "http_requests_total", "log_lines_total", "vitals_tail_lines_total"] {
      for one in history.series(metric) where one.latest != nil {
        if let name = one.labels["service"], !names.contains(name) { names.append(name) }
      }
    }
    return names
  }

  private var labels: [(name: String, value: String)] { [("service", service)] }

  func draw(into frame: inout Frame) {
    let processes = history.series("vitals_service_processes", labels).first?.latest
    let note = processes.map { $0 == 1 ? "1 process" : "\(Units.count($0)) processes" } ?? ""
    frame.addHeading("Service " + service, note: note)
    if history.series("vitals_tail_lines_total", labels).isEmpty {
      frame.addNote("no log is followed: --log \(service)=PATH gives request rate, errors and durations")
    } else {
      let readings = ServiceReadings(history, labels)
      drawRequests(readings, &frame)
      drawErrors(readings, &frame)
      drawDurations(readings, &frame)
      CallPanel(history, labels).draw(into: &frame)
    }
    if processes == nil {
      frame.addNote("no process is watched: --watch \(service)=MATCH gives CPU, memory and descriptors")
    } else {
      drawUsage(&frame)
    }
  }

  private var now: Int { history.span.upperBound - 1 }

  private func head(
    _ label: String, _ value: String, _ style: Style, _ width: Int, note: String = ""
  ) -> FieldRow {
    var row = Row()
    row.add("  ")
    row.add(label, width: 9, .label)
    row.add(value, width: 8, value == Units.none ? .dim : style, right: true)
    if !note.isEmpty { row.add(note + " (cgroup limit)", .dim) }
    return FieldRow(row, width: width)
  }

  private func drawRequests(_ readings: ServiceReadings, _ frame: inout Frame) {
    let rate = readings.rate(endingAt: now, seconds: Limits.dashboardServiceSeconds)
    var row = head("requests", Units.rate(rate), .value, frame.width)
    let last = readings.rate(endingAt: now, seconds: Limits.dashboardRateSeconds)
    row.add("last 5 s", Units.rate(last), width: 8)
    row.add("log lines", Units.rate(lineRate), width: 8)
    row.addSpark(history) { tick, width in readings.rate(endingAt: tick, seconds: width) }
    frame.add(row)
  }

  /// Log lines a second; those that were there before the agent are of another time.
  private var lineRate: Double? {
    func rate(_ name: String) -> Double? {
      history.series(name, labels).map { $0.rate(seconds: Limits.dashboardServiceSeconds) }.knownSum
    }
    return rate("vitals_tail_lines_total").map { max(0, $0 - (rate("vitals_tail_backfill_lines_total") ?? 0)) }
  }

  private func drawErrors(_ readings: ServiceReadings, _ frame: inout Frame) {
    let window = Limits.dashboardServiceSeconds
    let server = readings.share(of: "5", endingAt: now, seconds: window)
    // A service-level objective of 99.9 % is the usual one.
    let style: Style = (server ?? 0) > 0.01 ? .bad : (server ?? 0) > 0.001 ? .warn : .good
    var row = head("errors", Units.percent(server), style, frame.width)
    let client = readings.share(of: "4", endingAt: now, seconds: window)
    row.add("4xx", Units.percent(client), width: 6)
    if let ratio = cacheHitRatio {
      row.add("cache hits", Units.percent(ratio), width: 6, ratio < 0.8 ? .warn : .plain)
    }
    row.addSpark(history) { tick, width in
      readings.share(of: "5", endingAt: tick, seconds: width)
    }
    frame.add(row)
  }

  private var cacheHitRatio: Double? {
    func rate(_ name: String) -> Double? {
      history.series(name, labels).first?.rate(seconds: Limits.dashboardServiceSeconds)
    }
    guard let hits = rate("cache_hits_total"), let misses = rate("cache_misses_total"), hits + misses > 0 else {
      return nil
    }
    return hits / (hits + misses)
  }

  private func drawDurations(_ readings: ServiceReadings, _ frame: inout Frame) {
    let quantiles = readings.durations(endingAt: now, seconds: Limits.dashboardServiceSeconds)
    let high = quantiles.value(0.99)
    var row = head("P99", Units.seconds(high), (high ?? 0) > 0.5 ? .warn : .value, frame.width)
    row.add("P95", Units.seconds(quantiles.value(0.95)), width: 8)
    row.add("P50", Units.seconds(quantiles.value(0.5)), width: 8)
    row.addSpark(history) { tick, width in
      readings.durations(endingAt: tick, seconds: width).value(0.99)
    }
    frame.add(row)
  }

  private func drawUsage(_ frame: inout Frame) {
    let usage = UsageReadings(history, service: service)
    let cpu = usage.cpu
    let limits = CgroupReadings(history, service: service)
    var row = head("CPU", Units.percent(cpu), .value, frame.width)
    if let bound = limits.cpu {
      let note = CgroupReadings.note(cores: bound.limit)
      // Where the cgroup's own time is not told, its processes' is the next best.
      let ratio = bound.ratio ?? cpu.map { $0 / bound.limit }
      row = head("CPU", Units.percent(ratio), Gauges.style(ratio), frame.width, note: note)
      CgroupReadings.addThrottled(bound, to: &row)
    }
    row.add("memory", Units.bytes(usage.sum("vitals_process_resident_memory_bytes")), width: 8)
    row.add("threads", Units.count(usage.sum("vitals_process_threads")), width: 5)
    row.add("fds", Units.count(usage.sum("vitals_process_open_fds")), width: 5)
    row.addSpark(history) { tick, width in usage.cpu(endingAt: tick, seconds: width) }
    frame.add(row)
    if let bound = limits.memory { drawMemory(bound, &frame) }
    drawTroubles(usage, &frame)
    drawThreads(&frame)
  }

  /// What wants looking at; a service that is well has no such line.
  private func drawTroubles(_ usage: UsageReadings, _ frame: inout Frame) {
    let full = usage.descriptors ?? 0
    let swapped = usage.sum("vitals_process_swap_bytes") ?? 0
    let (restarts, abandoned) = (usage.restarts ?? 0, usage.abandoned ?? 0)
    if full < Limits.dashboardDescriptorShare && swapped == 0 && restarts == 0 && abandoned == 0 { return }
    var head = Row()
    head.add("  ")
    head.add("notice", width: 9, .label)
    var row = FieldRow(head, width: frame.width)
    if restarts > 0 { row.add("restarts", Units.count(restarts), width: 2, .bad) }
    if abandoned > 0 { row.add("in close wait", Units.count(abandoned), width: 4, .warn) }
    if swapped > 0 { row.add("in swap", Units.bytes(swapped), width: 8, .warn) }
    if full > 0 { row.add("fds of the limit", Units.percent(full), width: 6, Gauges.style(full)) }
    frame.add(row)
  }

  /// What the threads do, in threads on average: idle event loops are left out.
  private func drawThreads(_ frame: inout Frame) {
    var rates: [(kind: String, rate: Double)] = []
    for kind in WaitKind.allCases where kind != .epoll {
      let series = history.series("vitals_thread_wait_seconds_total", labels + [("kind", kind.label)])
      let found = series.filter(\.isCurrent).compactMap { $0.rate(seconds: Limits.dashboardServiceSeconds) }
      if !found.isEmpty { rates.append((kind.label.replacing("_", with: " "), found.reduce(0, +))) }
    }
    let shown = rates.filter { $0.rate >= 0.01 }.sorted { $0.rate > $1.rate }
    if shown.isEmpty { return }
    var row = head("waits", Units.count(shown.reduce(0) { $0 + $1.rate }), .value, frame.width)
    for one in shown.prefix(5) { row.add(one.kind, Units.count(one.rate), width: 5) }
    frame.add(row)
  }

  private func drawMemory(_ bound: CgroupReadings.Reading, _ frame: inout Frame) {
    let note = CgroupReadings.note(bytes: bound.limit)
    var row = head("memory", Units.percent(bound.ratio), Gauges.style(bound.ratio), frame.width, note: note)
    row.add("used", Units.bytes(bound.used), width: 8)
    CgroupReadings.addKills(bound, to: &row)
    frame.add(row)
  }
}
