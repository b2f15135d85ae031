/// The files of one cgroup in both versions, captured under Linux 6.18 and filled by hand after the kernel's
/// documentation where that machine had nothing to show, and the samples that they give.
enum CgroupFixture {
  static let unified = [
    "cgroup.events": "populated 1\nfrozen 0\n",
    "cpu.max": "150000 100000\n",
    "cpu.weight": "100\n",
    "cpu.stat": """
    usage_usec 18591332
    user_usec 15764725
    system_usec 2826607
    nice_usec 5299
    core_sched.force_idle_usec 0
    nr_periods 400
    nr_throttled 100
    throttled_usec 2500000
    nr_bursts 3
    burst_usec 40000

    """,
    "memory.current": "700\n", "memory.max": "1000\n", "memory.min": "0\n", "memory.peak": "900\n",
    "memory.swap.current": "50\n", "memory.swap.max": "max\n",
    "memory.events": "low 0\nhigh 4\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n",
    "memory.stat": """
    anon 300
    file 350
    kernel 40
    kernel_stack 5
    file_mapped 30
    file_dirty 20
    file_writeback 10
    inactive_anon 250
    active_anon 50
    inactive_file 200
    active_file 150
    workingset_refault_anon 61
    workingset_refault_file 62
    pgscan 71
    pgsteal 72
    pgscan_kswapd 70
    pgfault 81
    pgmajfault 82

    """,
    "io.stat": "254:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n7:1 \n",
    "pids.current": "9\n", "pids.max": "max\n",
    "cpu.pressure":
      "some avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n",
    "memory.pressure": "some avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\n",
    "io.pressure": "full avg10=0.00 avg60=0.00 avg300=0.00 total=3500000\n",
  ]

  static let unifiedLines = lines("/system.slice/api.service") { id in
    [
      "container_cpu_usage_seconds_total{cpu=\"total\",\(id)} 18.591332", "container_cpu_user_seconds_total 15.764725",
      "container_cpu_system_seconds_total 2.826607", "container_cpu_cfs_periods_total 400.0",
      "container_cpu_cfs_throttled_periods_total 100.0", "container_cpu_cfs_throttled_seconds_total 2.5",
      "container_cpu_cfs_burst_periods_total 3.0", "container_cpu_cfs_burst_seconds_total 0.04",
      "container_spec_cpu_period 100000.0", "container_spec_cpu_quota 150000.0", "container_spec_cpu_shares 2597.0",
      "container_memory_usage_bytes 700.0", "container_memory_working_set_bytes 500.0",
      "container_memory_max_usage_bytes 900.0", "container_memory_cache 350.0", "container_memory_rss 300.0",
      "container_memory_swap 50.0", "container_memory_kernel_usage 40.0", "container_memory_mapped_file 30.0",
      "container_memory_total_active_file_bytes 150.0", "container_memory_total_inactive_file_bytes 200.0",
      "container_memory_file_dirty_bytes 20.0", "container_memory_file_writeback_bytes 10.0",
    ] + faults(id, "81.0", "82.0") + [
      "container_memory_pgscan_total 71.0", "container_memory_pgsteal_total 72.0",
      "container_memory_workingset_refault_file_total 62.0", "container_memory_workingset_refault_anon_total 61.0",
      "container_memory_failcnt 12.0", "container_memory_events_max_total 12.0",
      "container_memory_events_high_total 4.0", "container_oom_events_total 2.0",
      "container_spec_memory_limit_bytes 1000.0", "container_spec_memory_swap_limit_bytes 0.0",
      "container_spec_memory_reservation_limit_bytes 0.0", "container_threads 9.0", "container_threads_max 0.0",
      "container_pressure_cpu_waiting_seconds_total 1.5", "container_pressure_cpu_stalled_seconds_total 0.5",
      "container_pressure_memory_waiting_seconds_total 2.5", "container_pressure_io_stalled_seconds_total 3.5",
      "vitals_cgroup_memory_oom_total 3.0",
    ] + traffic(id, "/dev/vda", [4_096, 1, 8_192, 2]) + [
      "container_last_seen 1700000000.0", "vitals_cgroup_cpu_limit_cores{\(id),service=\"api\"} 1.5",
      "vitals_cgroup_memory_limit_bytes{\(id),service=\"api\"} 1000.0",
      "vitals_cgroup_processes{\(id),service=\"api\"} 1.0",
    ]
  }

  /// Before Linux 5.14, with neither bursts nor a swap account.
  static let split = [
    "cpu,cpuacct": [
      "cpu.cfs_quota_us": "50000\n", "cpu.cfs_period_us": "100000\n", "cpu.shares": "1024\n",
      "cpu.stat": "nr_periods 400\nnr_throttled 100\nthrottled_time 2500000000\n",
      "cpuacct.usage": "18591332715\n", "cpuacct.stat": "user 1576\nsystem 282\n",
    ],
    "memory": [
      "memory.usage_in_bytes": "700\n", "memory.limit_in_bytes": "1000\n", "memory.failcnt": "12\n",
      "memory.max_usage_in_bytes": "900\n", "memory.kmem.usage_in_bytes": "40\n",
      "memory.soft_limit_in_bytes": "9223372036854771712\n",
      "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
      "memory.stat": """
      cache 1
      rss 1
      pgfault 81
      pgmajfault 82
      inactive_file 1
      hierarchical_memory_limit 1000
      total_cache 350
      total_rss 300
      total_mapped_file 30
      total_dirty 20
      total_writeback 10
      total_inactive_file 200
      total_active_file 150

      """,
    ],
    "blkio": [
      "blkio.throttle.io_service_bytes_recursive": "8:0 Read 4096\n8:0 Write 8192\n8:0 Sync 1\nTotal 12288\n",
      "blkio.throttle.io_serviced_recursive": "8:0 Read 1\n8:0 Write 2\nTotal 3\n",
    ],
    "pids": ["pids.current": "9\n", "pids.max": "100\n"],
  ]

  static let splitLines = lines("/a") { id in
    [
      "container_cpu_usage_seconds_total{cpu=\"total\",\(id)} 18.591332715", "container_cpu_user_seconds_total 15.76",
      "container_cpu_system_seconds_total 2.82", "container_cpu_cfs_periods_total 400.0",
      "container_cpu_cfs_throttled_periods_total 100.0", "container_cpu_cfs_throttled_seconds_total 2.5",
      "container_spec_cpu_period 100000.0", "container_spec_cpu_quota 50000.0", "container_spec_cpu_shares 1024.0",
      "container_memory_usage_bytes 700.0", "container_memory_working_set_bytes 500.0",
      "container_memory_max_usage_bytes 900.0", "container_memory_cache 350.0", "container_memory_rss 300.0",
      "container_memory_kernel_usage 40.0", "container_memory_mapped_file 30.0",
      "container_memory_total_active_file_bytes 150.0", "container_memory_total_inactive_file_bytes 200.0",
      "container_memory_file_dirty_bytes 20.0", "container_memory_file_writeback_bytes 10.0",
    ] + faults(id, "81.0", "82.0") + [
      "container_memory_failcnt 12.0", "container_memory_events_max_total 12.0", "container_oom_events_total 2.0",
      "container_spec_memory_limit_bytes 1000.0", "container_spec_memory_reservation_limit_bytes 0.0",
      "container_threads 9.0", "container_threads_max 100.0",
    ] + traffic(id, "8:0", [4_096, 1, 8_192, 2]) + [
      "container_last_seen 1700000000.0", "vitals_cgroup_cpu_limit_cores{\(id),service=\"api\"} 0.5",
      "vitals_cgroup_memory_limit_bytes{\(id),service=\"api\"} 1000.0",
      "vitals_cgroup_processes{\(id),service=\"api\"} 1.0",
    ]
  }

  private static func faults(_ id: String, _ minor: String, _ major: String) -> [String] {
    ["container", "hierarchy"].flatMap { scope in
      [("pgfault", minor), ("pgmajfault", major)].map { kind, value in
        "container_memory_failures_total{failure_type=\"\(kind)\",\(id),scope=\"\(scope)\"} \(value)"
      }
    }
  }

  private static func traffic(_ id: String, _ device: String, _ values: [Double]) -> [String] {
    zip(["reads_bytes", "reads", "writes_bytes", "writes"], values).map { name, value in
      "container_fs_\(name)_total{device=\"\(device)\",\(id)} \(value)"
    }
  }

  /// Lines without labels get those of the cgroup.
  private static func lines(_ path: String, _ make: (_ id: String) -> [String]) -> [String] {
    let id = "id=\"\(path)\""
    return make(id).map { $0.contains("{") ? $0 : $0.replacing(" ", with: "{\(id)} ") }
  }
}
