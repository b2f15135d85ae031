import VitalsMetrics

@testable import VitalsAgent

/// Two minutes of a made-up machine and service, the same in every run, for pictures of the dashboards.
enum SampleHistory {
  static func context(
    cores: Int = 4, service: String = "api", path: String = "/orders/{id}", isLimited: Bool = false
  ) -> DashboardContext {
    let history = History()
    let start = 1_700_000_000.0
    for second in 0..<120 {
      let time = Double(second)
      history.begin(
        at: Moment(boot: UInt64(second + 1_000) * 1_000_000_000, real: UInt64(start + time) * 1_000_000_000))
      host(history, time, cores)
      devices(history, time)
      requests(history, second, service, path)
      processes(history, time, service, isLimited)
      if isLimited {
        cgroups(history, time, service)
        queues(history, time)
      }
      history.end()
    }
    let errors = [("error", "KeyError: 'price' in order 17"), ("warning", "pool is nearly exhausted: 19 of 20")].map {
      RecentError(real: 1_700_000_100_000_000_000, service: service, level: $0.0, text: $0.1 + path)
    }
    return DashboardContext(
      history: history, recentErrors: errors,
      now: Moment(boot: 1_119_000_000_000, real: 1_700_000_119_000_000_000), hostname: "web-1", version: "0.0.0",
      hasLogs: true)
  }

  private static func put(_ sink: History, _ name: String, _ labels: [(name: String, value: String)], _ value: Double) {
    sink.family(MetricFamily(name, .gauge, help: "Sample."))
    sink.sample(LabelSet(labels), value)
  }

  private static func host(_ sink: History, _ time: Double, _ cores: Int) {
    put(sink, "node_boot_time_seconds", [], 1_699_900_000)
    for (name, load) in [("node_load1", 1.25), ("node_load5", 0.5), ("node_load15", 0.25)] { put(sink, name, [], load) }
    for core in 0..<cores {
      let busy = Double(core + 1) / Double(cores + 1)
      for (mode, share) in [("user", busy * 0.8), ("system", busy * 0.2), ("iowait", 0.06), ("idle", 0.94 - busy)] {
        put(sink, "node_cpu_seconds_total", [("cpu", String(core)), ("mode", mode)], time * max(0, share))
      }
    }
    let mebibyte = 1_048_576.0
    for (name, value) in [
      ("MemTotal", 16_000), ("MemAvailable", 4_000 - time * 10), ("Cached", 6_000), ("Dirty", 12), ("SwapTotal", 2_048),
      ("SwapFree", 1_024),
    ] { put(sink, "node_memory_\(name)_bytes", [], value * mebibyte) }
    for (name, pages) in [("pswpin", 3.0), ("pswpout", 250)] { put(sink, "node_vmstat_" + name, [], time * pages) }
    for (name, share) in [
      ("cpu_waiting", 0.15), ("memory_waiting", 0.02), ("memory_stalled", 0.01), ("io_waiting", 0.6),
      ("io_stalled", 0.55),
    ] { put(sink, "node_pressure_\(name)_seconds_total", [], time * share) }
  }

  private static func devices(_ sink: History, _ time: Double) {
    for (name, rate) in [
      ("io_time_seconds", 0.92), ("read_bytes", 5e6), ("written_bytes", 2e7), ("reads_completed", 120),
      ("writes_completed", 300), ("read_time_seconds", 3), ("write_time_seconds", 9),
    ] { put(sink, "node_disk_\(name)_total", [("device", "nvme0n1")], time * rate) }
    for (name, rate) in [
      ("receive_bytes", 2e6), ("transmit_bytes", 9e6), ("receive_packets", 1_500), ("transmit_packets", 2_500),
      ("receive_errs", 0), ("transmit_errs", 0), ("receive_drop", 3), ("transmit_drop", 0),
    ] { put(sink, "node_network_\(name)_total", [("device", "eth0")], time * rate) }
    for (point, free) in [("/", 60e9), ("/var/lib/postgresql", 4e9)] {
      let labels = [(name: "device", value: "/dev" + point), (name: "mountpoint", value: point)]
      put(sink, "node_filesystem_size_bytes", labels, 100e9)
      put(sink, "node_filesystem_free_bytes", labels, free)
      put(sink, "node_filesystem_avail_bytes", labels, free - 1e9)
    }
  }

  private static func requests(_ sink: History, _ second: Int, _ service: String, _ path: String) {
    let slow = second > 80 ? 3 : 1
    for (route, scale) in [(path, 1), ("/search", 2)] {
      let labels = [(name: "service", value: service), (name: "method", value: "GET"), (name: "path", value: route)]
      for (status, rate) in [("200", 95), ("404", 4), ("500", 1)] {
        put(sink, "http_requests_total", labels + [(name: "status", value: status)], Double(second * rate * scale))
      }
      sink.family(MetricFamily("http_request_duration_seconds", .histogram, help: "Sample."))
      let counts = [70, 20, 8 / slow, 2 * slow].map { UInt64($0 * second * scale) }
      sink.histogram(
        LabelSet(labels), HistogramSnapshot(upperBounds: [0.01, 0.1, 1], counts: counts, sum: Double(second)))
    }
    let labels = [(name: "service", value: service)]
    put(sink, "cache_hits_total", labels, Double(second) * 60)
    put(sink, "cache_misses_total", labels, Double(second) * 40)
    put(sink, "vitals_tail_lines_total", labels + [(name: "path", value: "/var/log/api.json")], Double(second) * 310)
    put(sink, "vitals_service_processes", labels, 2)
  }

  /// The service's limits sit at its pod; the agent has some of its own.
  private static func cgroups(_ sink: History, _ time: Double, _ service: String) {
    for (id, owner, cores, busy) in [("/pod/1", service, 2.0, 1.8), ("/agent", "", 0.25, 0.05)] {
      let labels = [(name: "id", value: id), (name: "service", value: owner)]
      put(sink, "vitals_cgroup_cpu_limit_cores", labels, cores)
      put(sink, "vitals_cgroup_memory_limit_bytes", labels, cores * 256 * 1_048_576)
      let plain = [(name: "id", value: id)]
      if owner == service {
        put(sink, "vitals_service_restarts_total", [("service", service)], time < 60 ? 1 : 4)
        put(sink, "vitals_service_sockets", [("service", service), ("state", "close_wait")], 312)
        put(sink, "vitals_process_swap_bytes", [("service", service), ("pid", "4242"), ("name", "gunicorn")], 48e6)
        put(sink, "vitals_process_max_fds", [("service", service), ("pid", "4242"), ("name", "gunicorn")], 100)
      }
      put(sink, "container_cpu_usage_seconds_total", plain + [(name: "cpu", value: "total")], time * busy)
      put(sink, "container_cpu_cfs_periods_total", plain, time * 10)
      put(sink, "container_cpu_cfs_throttled_periods_total", plain, time * (owner.isEmpty ? 0 : 3))
      put(sink, "container_memory_working_set_bytes", plain, busy * 200 * 1_048_576)
      put(sink, "container_oom_events_total", plain, owner.isEmpty || time < 60 ? 0 : 2)
    }
  }

  /// One queue that was full for a while, one at a long path, one that is well.
  private static func queues(_ sink: History, _ time: Double) {
    for (address, port, waiting) in [
      ("0.0.0.0", "8000", time == 90 ? 129 : 3.0), ("/run/gunicorn/api.sock", "", 70), ("::1", "9977", 0),
    ] {
      let labels = [(name: "protocol", value: port.isEmpty ? "unix" : "tcp"), (name: "address", value: address)]
      let all = labels + (port.isEmpty ? [] : [(name: "port", value: port)])
      put(sink, "vitals_listen_queue", all, waiting)
      put(sink, "vitals_listen_queue_limit", all, 128)
      put(sink, "vitals_listen_queue_fullest_ratio", all, waiting / 128)
    }
    put(sink, "node_netstat_TcpExt_ListenOverflows", [], time < 100 ? 0 : time)
  }

  private static func processes(_ sink: History, _ time: Double, _ service: String, _ isLimited: Bool) {
    for (pid, name, owner, busy) in [("4242", "gunicorn", service, 0.9), ("17", "kswapd0", "", 0.1)] {
      let labels = [(name: "pid", value: pid), (name: "name", value: name), (name: "service", value: owner)]
      for (mode, share) in [("user", 0.75), ("system", 0.25)] {
        let one = labels + [(name: "mode", value: mode)]
        put(sink, "vitals_process_cpu_seconds_total", one, time * busy * share)
      }
      put(sink, "vitals_process_resident_memory_bytes", labels, 300e6)
      put(sink, "vitals_process_threads", labels, 8)
      if owner.isEmpty { continue }
      put(sink, "vitals_process_open_fds", labels, 99)
      if !isLimited { put(sink, "vitals_process_max_fds", labels, 1_024) }
      put(sink, "vitals_process_io_written_bytes_total", labels, time * 1e6)
      let waits = labels + [(name: "type", value: "voluntary")]
      put(sink, "vitals_process_context_switches_total", waits, time * 1_200)
    }
  }
}
