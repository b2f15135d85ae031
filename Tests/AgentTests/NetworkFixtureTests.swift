import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("The network's inputs over captured files")
struct NetworkFixtureTests {
  private let log = RecordingLog()
  private let paths = ProcTree.fixture

  private func sampled(_ input: any Input) -> RecordingSink {
    input.sample(at: Moment(boot: 0, real: 0))
    #expect(input.malformedLines == 0)
    return RecordingSink.of(input)
  }

  private func table(_ source: some TableSource) -> RecordingSink {
    sampled(TableInput(source, work: StepWork(), log: log))
  }

  @Test("The stack's counters: node_exporter's choice of them")
  func netstat() {
    let sink = sampled(NetstatInput(paths: paths, log: log))
    #expect(sink.samples.count == 42)
    #expect(sink.samples.allSatisfy { $0.type == .unknown && $0.labels.isEmpty })
    #expect(sink["node_netstat_Ip_Forwarding"] == 2)
    #expect(sink["node_netstat_TcpExt_ListenOverflows"] == 68)
    #expect(sink["node_netstat_Icmp6_OutMsgs"] == 17)
    #expect(sink["node_netstat_UdpLite_InErrors"] == 0)
    #expect(sink["node_netstat_Tcp_MaxConn"] == nil)
  }

  @Test("Sockets, cores, tracked connections")
  func small() {
    let sockets = sampled(SocketStatInput(paths: paths, log: log))
    #expect(sockets.samples.count == 20)
    #expect(sockets["node_sockstat_sockets_used"] == 77)
    #expect(sockets["node_sockstat_TCP_mem_bytes"] == 0)
    #expect(sockets["node_sockstat_FRAG6_memory"] == 0)
    let cores = sampled(SoftnetInput(paths: paths, log: log))
    #expect(cores.samples.count == 14)
    #expect(cores.values("node_softnet_processed_total") == [#"cpu="0""#: 1_070_528, #"cpu="1""#: 880_722])
    let tracked = sampled(ConntrackInput(paths: paths, log: log))
    #expect(tracked.samples.count == 10)
    #expect(tracked["node_nf_conntrack_entries_limit"] == 262_144)
    #expect(tracked.samples.allSatisfy { $0.type == .gauge })
  }

  @Test("What devices are")
  func devices() {
    let sink = table(NetworkClassTable(paths: paths))
    #expect(sink["node_network_up", #"device="eth0""#] == 1)
    #expect(sink["node_network_up", #"device="lo""#] == 0)
    #expect(sink["node_network_flags", #"device="eth0""#] == 4_099)
    #expect(sink["node_network_protocol_type", #"device="lo""#] == 772)
    #expect(sink["node_network_speed_bytes", #"device="eth0""#] == -125_000)
    // The loopback device refuses to tell a speed: absent.
    #expect(sink["node_network_speed_bytes", #"device="lo""#] == nil)
    #expect(sink["node_network_carrier_changes_total", #"device="eth0""#] == 2)
    #expect(sink["node_network_receive_nohandler_total", #"device="lo""#] == 0)
    #expect(sink.values("node_network_info").count == 2)
    let info = sink.samples.first { $0.name == "node_network_info" && $0.labels["device"] == "eth0" }
    #expect(info?.labels["duplex"] == "unknown" && info?.labels["adminstate"] == "up")
    #expect(info?.labels["address"] == "02:fc:00:00:00:01")
  }

  @Test("Only the devices that are wanted")
  func wanted() throws {
    let filter = try NameFilter("-eth*", option: "networks")
    let devices = table(NetworkClassTable(paths: paths, devices: filter)).values("node_network_up")
    #expect(devices.keys.sorted() == [#"device="lo""#])
    let counters = sampled(NetworkInput(paths: paths, devices: filter, log: log))
    #expect(
      counters.values("node_network_receive_bytes_total").keys.sorted() == [
        #"device="ifb0""#, #"device="ifb1""#, #"device="lo""#,
      ])
  }

  @Test("Neighbours, queues, interrupts")
  func tables() {
    #expect(table(ARPTable(paths: paths))["node_arp_entries", #"device="eth0""#] == 1)
    #expect(table(UDPQueueTable(paths: paths)).values("node_udp_queues").count == 4)
    let sink = table(InterruptTable(paths: paths))
    #expect(sink.values("vitals_cpu_interrupts_total").count == 2)
    #expect(sink.values("node_softirqs_functions_total").count == 20)
    let kinds = sink.values("vitals_interrupts_total")
    #expect(kinds[#"devices="4-edge ttyS0",info="IO-APIC",type="26""#] == 14)
    #expect(kinds[#"devices="",info="IRQ work interrupts",type="IWI""#] ?? 0 > 0)
    #expect(kinds[#"devices="",info="",type="ERR""#] == 0)
    let total = kinds.values.reduce(0, +)
    #expect(sink.values("vitals_cpu_interrupts_total").values.reduce(0, +) == total)
  }
}
