import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("The network's kernel files, broken and whole")
struct NetworkTextTests {
  private func check(
    _ one: KernelCase, _ file: String, _ make: (KernelPaths, any EventLog) -> any Input
  ) throws {
    let tree = try ProcTree()
    try tree.write(file, bytes: one.bytes)
    let input = make(tree.paths, RecordingLog())
    // Twice, because what was remembered of the first reading serves the second.
    for _ in 0..<2 { input.sample(at: tree.now) }
    let sink = RecordingSink.of(input)
    #expect(sink.lines == one.wanted)
    #expect(input.malformedLines == one.malformed * 2)
    #expect(sink.duplicates.isEmpty)
  }

  @Test(
    "net/netstat and net/snmp",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("names without numbers", "Tcp: InSegs OutSegs\n", malformed: 1),
      KernelCase("no colon", "Tcp InSegs\nTcp 1\n", malformed: 1),
      KernelCase(
        "fewer numbers than names", "Tcp: InSegs OutSegs\nTcp: 1\n", ["node_netstat_Tcp_InSegs 1.0"], malformed: 1),
      KernelCase("more numbers than names", "Tcp: InSegs\nTcp: 1 2\n", ["node_netstat_Tcp_InSegs 1.0"], malformed: 1),
      KernelCase("no number", "Tcp: InSegs\nTcp: x\n", malformed: 1),
      KernelCase("21 digits", "Tcp: InSegs\nTcp: 123456789012345678901\n", malformed: 1),
      KernelCase("a negative number where none may be", "Tcp: CurrEstab\nTcp: -1\n", malformed: 1),
      KernelCase(
        "a negative number of a field that is not wanted", "Tcp: MaxConn InSegs\nTcp: -1 3\n",
        ["node_netstat_Tcp_InSegs 3.0"]),
      KernelCase("a name that no metric may have", "Ip-x: InErrors\nIp-x: 1\n"),
      KernelCase(
        "the same protocol twice", "Udp: InErrors\nUdp: 1\nUdp: InErrors\nUdp: 2\n",
        ["node_netstat_Udp_InErrors 1.0"], malformed: 1),
      KernelCase(
        "fields of a kernel to come, the order changed",
        "TcpExt: New ListenDrops SyncookiesSent InErrs\nTcpExt: 9 8 7 6\n",
        [
          "node_netstat_TcpExt_ListenDrops 8.0", "node_netstat_TcpExt_SyncookiesSent 7.0",
          "node_netstat_TcpExt_InErrs 6.0",
        ]),
      KernelCase(
        "no line feed at the end, the largest number", "IpExt: InOctets\nIpExt: 18446744073709551615",
        ["node_netstat_IpExt_InOctets \(Double(UInt64.max))"]),
    ])
  func netstat(one: KernelCase) throws { try check(one, "net/snmp") { NetstatInput(paths: $0, log: $1) } }

  @Test(
    "net/snmp6",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("no number", "Udp6NoPorts  \t\n", malformed: 1),
      KernelCase("no tab", "Udp6NoPorts 5\n", malformed: 1),
      KernelCase("a word", "Udp6NoPorts \tx\n", malformed: 1),
      KernelCase("twice", "Udp6NoPorts \t1\nUdp6NoPorts \t2\n", ["node_netstat_Udp6_NoPorts 1.0"], malformed: 1),
      KernelCase("no 6, and not wanted", "Foo \tx\nIp6InReceives \tx\nIcmp6InType135 \t4\n"),
      KernelCase(
        "blanks and a tab", "Ip6InOctets                     \t168576\n", ["node_netstat_Ip6_InOctets 168576.0"]),
      KernelCase("UdpLite6", "UdpLite6InErrors \t3\n", ["node_netstat_UdpLite6_InErrors 3.0"]),
    ])
  func snmp6(one: KernelCase) throws { try check(one, "net/snmp6") { NetstatInput(paths: $0, log: $1) } }

  @Test("A line of names that changes while the agent runs is read anew")
  func layout() throws {
    let tree = try ProcTree()
    let input = NetstatInput(paths: tree.paths, log: RecordingLog())
    func lines(_ text: String) throws -> [String] {
      try tree.write("net/snmp", text)
      input.sample(at: tree.now)
      return RecordingSink.of(input).lines
    }
    #expect(
      try lines("Tcp: InSegs OutSegs\nTcp: 1 2\n") == ["node_netstat_Tcp_InSegs 1.0", "node_netstat_Tcp_OutSegs 2.0"])
    #expect(
      try lines("Tcp: OutSegs InSegs\nTcp: 3 4\n") == ["node_netstat_Tcp_InSegs 4.0", "node_netstat_Tcp_OutSegs 3.0"])
    #expect(try lines("Ip: Forwarding\nIp: 1\n") == ["node_netstat_Ip_Forwarding 1.0"])
  }

  @Test(
    "net/sockstat",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("no figures", "TCP:\n", malformed: 1),
      KernelCase("no colon", "TCP inuse 1\n", malformed: 1),
      KernelCase("a word without a number", "TCP: inuse\n", malformed: 1),
      KernelCase("no number", "RAW: inuse x\n", malformed: 1),
      KernelCase("a negative number", "TCP: inuse 1 orphan -1 tw 2\n", ["node_sockstat_TCP_inuse 1.0"], malformed: 1),
      KernelCase("21 digits", "RAW: inuse 123456789012345678901\n", malformed: 1),
      KernelCase(
        "pages past 64 bits of bytes", "UDP: mem 18446744073709551615\n",
        ["node_sockstat_UDP_mem \(Double(UInt64.max))"], malformed: 1),
      KernelCase("the same twice", "RAW: inuse 1\nRAW: inuse 2\n", ["node_sockstat_RAW_inuse 1.0"], malformed: 1),
      KernelCase("a name that no metric may have", "A-B: inuse 1\n"),
      KernelCase(
        "words of a kernel to come", "sockets: used 5 more 6\nTCP: new 3 tw 4\n",
        ["node_sockstat_sockets_used 5.0", "node_sockstat_TCP_tw 4.0"]),
      KernelCase(
        "pages are bytes too", "FRAG: inuse 0 memory 7\nUDP: inuse 1 mem 2\n",
        [
          "node_sockstat_FRAG_inuse 0.0", "node_sockstat_FRAG_memory 7.0", "node_sockstat_UDP_inuse 1.0",
          "node_sockstat_UDP_mem 2.0", "node_sockstat_UDP_mem_bytes \(Double(2 * PageSize.bytes))",
        ]),
    ])
  func sockstat(one: KernelCase) throws { try check(one, "net/sockstat") { SocketStatInput(paths: $0, log: $1) } }

  private static func softnetLines(_ core: Int, _ names: [String]) -> [String] {
    names.enumerated().map { "node_softnet_\($0.element){cpu=\"\(core)\"} \(Double($0.offset + 1))" }
  }

  private static let old = ["processed_total", "dropped_total", "times_squeezed_total", "cpu_collision_total"]

  @Test(
    "net/softnet_stat",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("a blank line", "\n", malformed: 1),
      KernelCase("eight columns", "1 2 3 0 0 0 0 0\n", malformed: 1),
      KernelCase("no number", "1 2 x 0 0 0 0 0 4\n", malformed: 1),
      KernelCase("17 digits", "1 2 3 0 0 0 0 0 11111111111111111\n", malformed: 1),
      KernelCase("a core past the limit", "1 2 3 0 0 0 0 0 4 5 6 7 400\n", malformed: 1),
      KernelCase("nine columns of an old kernel", "1 2 3 0 0 0 0 0 4\n", softnetLines(0, old)),
      KernelCase(
        "fifteen columns, one core away", "1 2 3 0 0 0 0 0 4 5 6 7 2 0 0\n",
        softnetLines(2, old + ["received_rps_total", "flow_limit_count_total", "backlog_len"])),
      KernelCase(
        "the same core twice", "1 2 3 0 0 0 0 0 4 5 6 7 0\n9 9 9 0 0 0 0 0 9 9 9 9 0\n",
        softnetLines(0, old + ["received_rps_total", "flow_limit_count_total", "backlog_len"]), malformed: 1),
      KernelCase(
        "hexadecimal", "1 2 3 0 0 0 0 0 4\nff 0 0 0 0 0 0 0 FF\n",
        [
          #"node_softnet_processed_total{cpu="0"} 1.0"#, #"node_softnet_processed_total{cpu="1"} 255.0"#,
          #"node_softnet_dropped_total{cpu="0"} 2.0"#, #"node_softnet_dropped_total{cpu="1"} 0.0"#,
          #"node_softnet_times_squeezed_total{cpu="0"} 3.0"#, #"node_softnet_times_squeezed_total{cpu="1"} 0.0"#,
          #"node_softnet_cpu_collision_total{cpu="0"} 4.0"#, #"node_softnet_cpu_collision_total{cpu="1"} 255.0"#,
        ]),
    ])
  func softnet(one: KernelCase) throws { try check(one, "net/softnet_stat") { SoftnetInput(paths: $0, log: $1) } }

  private static func conntrackLines(_ values: [Int]) -> [String] {
    zip(
      ["found", "invalid", "ignore", "insert", "insert_failed", "drop", "early_drop", "search_restart"], values
    ).map { "node_nf_conntrack_stat_\($0) \(Double($1))" }
  }

  @Test(
    "net/stat/nf_conntrack",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("names alone", "entries  clashres found\n"),
      KernelCase("fifteen columns", "entries\n0 1 2 3 4 5 6 7 8 9 a b c d e\n", malformed: 1),
      KernelCase("no number", "entries\n0 1 x 3 4 5 6 7 8 9 a b c d e f\n", malformed: 1),
      KernelCase(
        "before Linux 2.6.35", "entries\n0 1 2 3 4 5 6 7 8 9 a b c d e f\n", conntrackLines([2, 4, 5, 8, 9, 10, 11])),
      KernelCase(
        "two cores", "entries\n0 1 2 3 4 5 6 7 8 9 a b c d e f 10\n0 1 2 3 4 5 6 7 8 9 a b c d e f 10\n",
        conntrackLines([4, 8, 10, 16, 18, 20, 22, 32])),
    ])
  func conntrack(one: KernelCase) throws {
    try check(one, "net/stat/nf_conntrack") { ConntrackInput(paths: $0, log: $1) }
  }

  @Test(
    "nf_conntrack_count",
    arguments: [
      KernelCase("empty", "", malformed: 1), KernelCase("a word", "x\n", malformed: 1),
      KernelCase("negative", "-1\n", malformed: 1), KernelCase("whole", "7\n", ["node_nf_conntrack_entries 7.0"]),
    ])
  func tracked(one: KernelCase) throws {
    try check(one, "sys/net/netfilter/nf_conntrack_count") { ConntrackInput(paths: $0, log: $1) }
  }

  @Test(
    "net/rpc/nfs",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("no numbers", "net\n", malformed: 1),
      KernelCase("three numbers", "net 1 2 3\n", malformed: 1),
      KernelCase("a word among the numbers", "rpc 1 x 3\n", malformed: 1),
      KernelCase("fewer procedures than said", "proc4 3 1 2\n", malformed: 1),
      KernelCase("more procedures than said", "proc4 1 1 2\n", malformed: 1),
      KernelCase("a number of procedures past all", "proc4 18446744073709551615 1\n", malformed: 1),
      KernelCase("fewer procedures than the protocol has", "proc3 2 1 2\n", malformed: 1),
      KernelCase("the same line twice", "rpc 1 2 3\nrpc 4 5 6\n", malformed: 1),
      KernelCase("a line of a kernel to come", "new 1\n"),
      KernelCase(
        "whole", "net 70 71 69 45\nrpc 12 37 13\n",
        [
          #"node_nfs_packets_total{protocol="udp"} 71.0"#, #"node_nfs_packets_total{protocol="tcp"} 69.0"#,
          "node_nfs_connections_total 45.0", "node_nfs_rpcs_total 12.0", "node_nfs_rpc_retransmissions_total 37.0",
          "node_nfs_rpc_authentication_refreshes_total 13.0",
        ]),
      KernelCase(
        "version 4 of an older kernel", "proc4 2 5 6\n",
        [
          #"node_nfs_requests_total{method="Null",proto="4"} 5.0"#,
          #"node_nfs_requests_total{method="Read",proto="4"} 6.0"#,
        ]),
    ])
  func nfs(one: KernelCase) throws { try check(one, "net/rpc/nfs") { NFSInput.client(paths: $0, log: $1) } }

  @Test(
    "net/rpc/nfsd",
    arguments: [
      KernelCase("threads without their second number", "th 8\n", malformed: 1),
      KernelCase("threads with parts of seconds", "th 8 0 0.000 1.250\n", ["node_nfsd_server_threads 8.0"]),
      KernelCase(
        "whole lines",
        "rc 1 2 3\nfh 4 0 0 0 0\nio 5 6\nra 32 0 0 0 0 0 0 0 0 0 0 9\nrpc 7 3 1 2 0\nwdeleg_getattr 16\n",
        [
          "node_nfsd_reply_cache_hits_total 1.0", "node_nfsd_reply_cache_misses_total 2.0",
          "node_nfsd_reply_cache_nocache_total 3.0", "node_nfsd_file_handles_stale_total 4.0",
          "node_nfsd_disk_bytes_read_total 5.0", "node_nfsd_disk_bytes_written_total 6.0",
          "node_nfsd_read_ahead_cache_size_blocks 32.0", "node_nfsd_read_ahead_cache_not_found_total 9.0",
          #"node_nfsd_rpc_errors_total{error="fmt"} 1.0"#, #"node_nfsd_rpc_errors_total{error="auth"} 2.0"#,
          #"node_nfsd_rpc_errors_total{error="cInt"} 0.0"#, "node_nfsd_server_rpcs_total 7.0",
          #"node_nfsd_requests_total{method="WdelegGetattr",proto="4"} 16.0"#,
        ]),
    ])
  func nfsd(one: KernelCase) throws { try check(one, "net/rpc/nfsd") { NFSInput.server(paths: $0, log: $1) } }

  @Test("Every procedure has its place in the protocol's order")
  func procedures() throws {
    let tree = try ProcTree()
    func line(_ key: String, _ count: Int) -> String {
      ([key, String(count)] + (1...count).map { String($0) }).joined(separator: " ") + "\n"
    }
    try tree.write("net/rpc/nfs", line("proc2", 18) + line("proc3", 22) + line("proc4", 70))
    try tree.write("net/rpc/nfsd", line("proc2", 18) + line("proc3", 22) + line("proc4", 2) + line("proc4ops", 76))
    func requests(_ input: NFSInput, _ name: String) -> [String: Double] {
      input.sample(at: tree.now)
      #expect(input.malformedLines == 0)
      return RecordingSink.of(input).values(name)
    }
    let client = requests(.client(paths: tree.paths, log: RecordingLog()), "node_nfs_requests_total")
    #expect(client.count == 18 + 22 + 59)
    #expect(client[#"method="FsStat",proto="2""#] == 18)
    #expect(client[#"method="Commit",proto="3""#] == 22)
    #expect(client[#"method="ReadDirPlus",proto="3""#] == 18)
    #expect(client[#"method="Sequence",proto="4""#] == 42)
    #expect(client[#"method="Clone",proto="4""#] == 59)
    let server = requests(.server(paths: tree.paths, log: RecordingLog()), "node_nfsd_requests_total")
    #expect(server.count == 17 + 21 + 35)
    #expect(server[#"method="FsStat",proto="2""#] == 18)
    #expect(server[#"method="Access",proto="4""#] == 4)
    #expect(server[#"method="Read",proto="4""#] == 26)
    #expect(server[#"method="RelLockOwner",proto="4""#] == 40)
  }
}
