import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("The network's tables and trees, broken and whole")
struct NetworkTableTests {
  private func lines(_ source: some TableSource, malformed: UInt64 = 0) -> [String] {
    let input = TableInput(source, work: StepWork(), log: RecordingLog())
    input.sample(at: Moment(boot: 0, real: 0))
    #expect(input.malformedLines == malformed)
    let sink = RecordingSink.of(input)
    #expect(sink.duplicates.isEmpty)
    return sink.lines
  }

  private func check(_ one: KernelCase, _ file: String, _ make: (KernelPaths) -> any TableSource) throws {
    let tree = try ProcTree()
    try tree.write(file, bytes: one.bytes)
    #expect(lines(make(tree.paths), malformed: one.malformed) == one.wanted)
  }

  @Test(
    "net/arp",
    arguments: [
      KernelCase("empty", ""), KernelCase("its head alone", "IP address HW type Flags HW address Mask Device\n"),
      KernelCase("a cut line", "h\n192.0.2.1 0x1 0x2 02:fc\n", malformed: 1),
      KernelCase("a blank line", "h\n\n", malformed: 1),
      KernelCase(
        "two devices", "h\n1 0x1 0x2 m * eth1\n2 0x1 0x0 m * eth0\n3 0x1 0x2 m * eth1",
        [#"node_arp_entries{device="eth0"} 1.0"#, #"node_arp_entries{device="eth1"} 2.0"#]),
    ])
  func arp(one: KernelCase) throws { try check(one, "net/arp") { ARPTable(paths: $0) } }

  private static func udp(_ sent: Int, _ received: Int) -> [String] {
    ["tx": sent, "rx": received].sorted { $0.key > $1.key }.map {
      "node_udp_queues{ip=\"v4\",queue=\"\($0.key)\"} \(Double($0.value))"
    }
  }

  @Test(
    "net/udp",
    arguments: [
      KernelCase("its head alone", "sl\n", udp(0, 0)),
      KernelCase("a cut line", "sl\n 1: 0:0 0:0 07\n", udp(0, 0), malformed: 1),
      KernelCase("one queue", "sl\n 1: 0:0 0:0 07 00000001\n", udp(0, 0), malformed: 1),
      KernelCase("no number", "sl\n 1: 0:0 0:0 07 0000000G:0 x\n", udp(0, 0), malformed: 1),
      KernelCase(
        "two sockets", "sl\n 1: 0:0 0:0 07 00000001:00000300 x\n 2: 0:0 0:0 07 0000000A:00000001 y\n", udp(11, 769)),
    ])
  func queues(one: KernelCase) throws { try check(one, "net/udp") { UDPQueueTable(paths: $0) } }

  @Test(
    "net/ip_vs",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("a backend without its service", "  -> C0A85216:0CEA Tunnel 100 248 2\n", malformed: 1),
      KernelCase(
        "an unknown protocol and its backend", "XXX  C0A80016:0CEA wlc\n  -> C0A85216:0CEA Tunnel 1 2 3\n", malformed: 2
      ),
      KernelCase("a cut address", "TCP  C0A8001:0CEA wlc\n", malformed: 1),
      KernelCase("a cut backend", "TCP  C0A80016:0CEA wlc\n  -> C0A85216:0CEA Tunnel 100 248\n", malformed: 1),
      KernelCase("no IPv6 address", "TCP  [20:01]:0CEA wlc\n", malformed: 1),
      KernelCase(
        "IPv4, with the heads",
        "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n"
          + "  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\nUDP  C0A80016:0035 wlc\n"
          + "  -> C0A85216:0CEA      Tunnel  100    248        2\n",
        backend(
          "local_address=\"192.168.0.22\",local_mark=\"\",local_port=\"53\",proto=\"UDP\",remote_address=\"192.168.82.22\",remote_port=\"3306\""
        )),
      KernelCase(
        "IPv6", "TCP  [2001:0db8:0000:0000:0000:0000:0000:0001]:01BB wlc\n  -> [::2]:01BB Route 100 248 2\n",
        backend(
          "local_address=\"2001:db8::1\",local_mark=\"\",local_port=\"443\",proto=\"TCP\",remote_address=\"::2\",remote_port=\"443\""
        )),
      KernelCase(
        "a firewall's mark", "FWM  10001000 wlc\n  -> C0A8321A:0CEA Route 100 248 2\n",
        backend(
          "local_address=\"\",local_mark=\"10001000\",local_port=\"0\",proto=\"FWM\",remote_address=\"192.168.50.26\",remote_port=\"3306\""
        )),
    ])
  func balancer(one: KernelCase) throws {
    let tree = try ProcTree()
    try tree.write("net/ip_vs_stats", "head\nhead\n 1 A FF 10 20\n\n more\n")
    try tree.write("net/ip_vs", bytes: one.bytes)
    let all = lines(IPVSTable(paths: tree.paths), malformed: one.malformed)
    #expect(
      all.prefix(5) == [
        "node_ipvs_connections_total 1.0", "node_ipvs_incoming_packets_total 10.0",
        "node_ipvs_outgoing_packets_total 255.0",
        "node_ipvs_incoming_bytes_total 16.0", "node_ipvs_outgoing_bytes_total 32.0",
      ])
    #expect(Array(all.dropFirst(5)) == one.wanted)
  }

  @Test("Totals that cannot be read leave the backends in their own table")
  func unreadableTotals() throws {
    let tree = try ProcTree()
    // A folder opens and refuses to be read.
    try tree.write("net/ip_vs_stats/x", "")
    try tree.write("net/ip_vs", "UDP  C0A80016:0035 wlc\n  -> C0A85216:0CEA      Tunnel  100    248        2\n")
    let reading = IPVSTable(paths: tree.paths).read()
    #expect(reading.fault != nil)
    #expect(reading.tables.map(\.count) == [0, 1])
  }

  private static func backend(_ labels: String) -> [String] {
    [
      "node_ipvs_backend_connections_active{\(labels)} 248.0", "node_ipvs_backend_connections_inactive{\(labels)} 2.0",
      "node_ipvs_backend_weight{\(labels)} 100.0",
    ]
  }

  @Test(
    "net/ip_vs_stats",
    arguments: [
      KernelCase("empty", "", malformed: 1), KernelCase("four numbers", "h\nh\n1 2 3 4\n", malformed: 1),
      KernelCase("a word", "h\nh\n1 2 x 4 5\n", malformed: 1),
    ])
  func balancerTotals(one: KernelCase) throws { try check(one, "net/ip_vs_stats") { IPVSTable(paths: $0) } }

  @Test(
    "interrupts",
    arguments: [
      KernelCase("empty", ""), KernelCase("no colon", "CPU0\n 1 5 x\n", malformed: 1),
      KernelCase("no number", "CPU0\n 1: x y\n", malformed: 1),
      KernelCase(
        "a core is away, and a kind without numbers by core",
        "     CPU0  CPU2\n 1:  5  6 GIC edge eth0, eth1\nErr:   3\n",
        [
          #"vitals_cpu_interrupts_total{cpu="0"} 5.0"#, #"vitals_cpu_interrupts_total{cpu="2"} 6.0"#,
          #"vitals_interrupts_total{devices="edge eth0, eth1",info="GIC",type="1"} 11.0"#,
          #"vitals_interrupts_total{devices="",info="",type="Err"} 3.0"#,
        ]),
      KernelCase(
        "no blank behind the colon, no line feed", "CPU0\nIPI0:5 Rescheduling interrupts",
        [
          #"vitals_cpu_interrupts_total{cpu="0"} 5.0"#,
          #"vitals_interrupts_total{devices="",info="Rescheduling interrupts",type="IPI0"} 5.0"#,
        ]),
    ])
  func interrupts(one: KernelCase) throws { try check(one, "interrupts") { InterruptTable(paths: $0) } }

  @Test(
    "softirqs",
    arguments: [
      KernelCase("a number missing", "CPU0 CPU1\n HI: 1\n", malformed: 1),
      KernelCase(
        "two cores", "CPU0 CPU1\n NET_RX: 1 2\n",
        [
          #"node_softirqs_functions_total{cpu="0",type="NET_RX"} 1.0"#,
          #"node_softirqs_functions_total{cpu="1",type="NET_RX"} 2.0"#,
        ]),
    ])
  func softirqs(one: KernelCase) throws { try check(one, "softirqs") { InterruptTable(paths: $0) } }

  @Test("Bonds: a member without a state is not active; kernels before 3.9 name its folder otherwise")
  func bonds() throws {
    let tree = try ProcTree()
    let net = "class/net/"
    try tree.write(net + "bonding_masters", "bond0 bond1 gone\n")
    try tree.write(net + "bond0/bonding/slaves", "eth0 eth1 eth2\n")
    try tree.write(net + "bond0/lower_eth0/bonding_slave/mii_status", "up\n")
    try tree.write(net + "bond0/slave_eth1/bonding_slave/mii_status", "up\n")
    try tree.write(net + "bond1/bonding/slaves", "\n")
    #expect(
      lines(BondingTable(paths: tree.paths)) == [
        #"node_bonding_slaves{master="bond0"} 3.0"#, #"node_bonding_slaves{master="bond1"} 0.0"#,
        #"node_bonding_slaves{master="gone"} 0.0"#, #"node_bonding_active{master="bond0"} 2.0"#,
        #"node_bonding_active{master="bond1"} 0.0"#, #"node_bonding_active{master="gone"} 0.0"#,
      ])
  }

  @Test("Fibre Channel: all ones and what cannot be read are absent")
  func fibre() throws {
    let tree = try ProcTree()
    let host = "class/fc_host/host3/"
    for (file, text) in [
      ("speed", "16 Gbit"), ("port_state", "Online"), ("port_id", "0x000002"), ("symbolic_name", "a b"),
    ] {
      try tree.write(host + file, text + "\n")
    }
    for (file, text) in [("rx_frames", "0x1f"), ("tx_frames", "0xffffffffffffffff"), ("nos_count", "x")] {
      try tree.write(host + "statistics/" + file, text + "\n")
    }
    #expect(
      lines(FibreChannelTable(paths: tree.paths)) == [
        #"node_fibrechannel_info{dev_loss_tmo="",fabric_name="",fc_host="host3",port_id="000002",port_name="","#
          + #"port_state="Online",port_type="",speed="16 Gbit",supported_classes="",supported_speeds="","#
          + #"symbolic_name="a b"} 1.0"#,
        #"node_fibrechannel_rx_frames_total{fc_host="host3"} 31.0"#,
      ])
  }

  @Test("InfiniBand: states, rate, words of four bytes, counters that the driver does not have")
  func infiniband() throws {
    let tree = try ProcTree()
    let device = "class/infiniband/mlx5_0/"
    let port = device + "ports/1/"
    for (file, text) in [
      (device + "fw_ver", "16.28"), (device + "hca_type", "MT4119"), (port + "state", "4: ACTIVE"),
      (port + "phys_state", "5: LinkUp"), (port + "rate", "2.5 Gb/sec (1X SDR)"),
      (port + "counters/port_rcv_data", "10"),
      (port + "counters/symbol_error", "N/A (no PMA)"), (port + "counters_ext/port_xmit_data_64", "3"),
      (port + "hw_counters/lifespan", "12"), (port + "hw_counters/out_of_buffer", "7"),
    ] { try tree.write(file, text + "\n") }
    try tree.write("class/infiniband/mlx5_1/ports/2/rate", "fast\n")
    try tree.write("class/infiniband/mlx5_1/ports/2/state", "down\n")
    let labels = #"{device="mlx5_0",port="1"}"#
    #expect(
      lines(InfiniBandTable(paths: tree.paths)) == [
        #"node_infiniband_info{board_id="",device="mlx5_0",firmware_version="16.28",hca_type="MT4119"} 1.0"#,
        #"node_infiniband_info{board_id="",device="mlx5_1",firmware_version="",hca_type=""} 1.0"#,
        "node_infiniband_state_id\(labels) 4.0",
        "node_infiniband_physical_state_id\(labels) 5.0", "node_infiniband_rate_bytes_per_second\(labels) 312500000.0",
        "node_infiniband_lifespan_seconds\(labels) 0.012",
        "node_infiniband_legacy_data_transmitted_bytes_total\(labels) 12.0",
        "node_infiniband_port_data_received_bytes_total\(labels) 40.0",
        "node_infiniband_out_of_buffer_drops_total\(labels) 7.0",
      ])
  }

  @Test("A device that is there in part has what it has")
  func device() throws {
    let tree = try ProcTree()
    try tree.write("class/net/bonding_masters", "\n")
    try tree.write("class/net/tun0/operstate", "unknown\n")
    try tree.write("class/net/tun0/speed", "9223372036854775807\n")
    try tree.write("class/net/tun0/mtu", "x\n")
    try tree.write("class/net/tun0/flags", "0x1090\n")
    try tree.write("class/net/leaving/x", "")
    #expect(
      lines(NetworkClassTable(paths: tree.paths)) == [
        #"node_network_up{device="tun0"} 0.0"#, #"node_network_flags{device="tun0"} 4240.0"#,
        #"node_network_info{address="",adminstate="down",broadcast="",device="tun0",duplex="",ifalias="","#
          + #"operstate="unknown"} 1.0"#,
      ])
  }

  @Test(
    "Numbers of sysfs",
    arguments: [
      ("", nil), ("-", nil), ("0x", nil), ("x", nil), ("1 2", nil), ("9223372036854775808", nil), ("--1", nil),
      ("-0x1", nil),
      ("0", 0), ("-1", -1), ("0x1003", 4_099), ("0X10", nil), ("9223372036854775807", .max),
      ("-9223372036854775807", -.max),
    ] as [(String, Int64?)])
  func numbers(text: String, wanted: Int64?) { #expect(SysfsFile.integer(Array(text.utf8).span) == wanted) }
}
