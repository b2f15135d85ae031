// The kernel's load balancer. Totals in hexadecimal on the third line of /proc/net/ip_vs_stats; its services and what
// stands behind them in /proc/net/ip_vs, addresses and ports in hexadecimal too, IPv6 in brackets:
//
//     Prot LocalAddress:Port Scheduler Flags
//       -> RemoteAddress:Port Forward Weight ActiveConn InActConn
//     TCP  C0A80016:0CEA wlc
//       -> C0A85216:0CEA      Tunnel  100    248        2
//     FWM  10001000 wlc
//       -> C0A8321A:0CEA      Route   0      0          1
//
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_ipvs_*`.
struct IPVSTable: TableSource {
  let name = "ipvs"
  let path: String?
  private let net: String

  init(paths: KernelPaths) {
    net = paths.proc + "/net"
    path = net + "/ip_vs_stats"
  }

  private static func family(_ name: String, _ type: MetricType, _ help: String) -> MetricFamily {
    MetricFamily("node_ipvs_" + name, type, help: help)
  }

  private static let totals = TableShape(
    labels: [],
    families: [
      family("connections_total", .counter, "Connections that the load balancer made."),
      family("incoming_packets_total", .counter, "Packets that came to the load balancer."),
      family("outgoing_packets_total", .counter, "Packets that went out from the load balancer."),
      family("incoming_bytes_total", .counter, "Bytes that came to the load balancer."),
      family("outgoing_bytes_total", .counter, "Bytes that went out from the load balancer."),
    ])
  private static let backends = TableShape(
    labels: ["local_address", "local_port", "remote_address", "remote_port", "proto", "local_mark"],
    families: [
      family("backend_connections_active", .gauge, "Active connections, by local and remote address."),
      family("backend_connections_inactive", .gauge, "Inactive connections, by local and remote address."),
      family("backend_weight", .gauge, "The weight of a backend, by local and remote address."),
    ])

  var shapes: [TableShape] { [IPVSTable.totals, IPVSTable.backends] }

  func read() -> TableReading {
    TableReading(
      joining: TableReading(of: net + "/ip_vs_stats") { IPVSTable.totals($0) },
      TableReading(of: net + "/ip_vs") { IPVSTable.backends($0) })
  }

  /// The first five numbers of the third line.
  static func totals(_ bytes: Span<UInt8>) -> TableReading {
    var lines = Splitter.lines(bytes)
    _ = lines.next(in: bytes)
    _ = lines.next(in: bytes)
    var values: [MetricValue?] = []
    var fields = Splitter.fields(lines.next(in: bytes) ?? 0..<0)
    while let field = fields.next(in: bytes), let value = bytes.hexadecimal(field) { values.append(.unsigned(value)) }
    if values.count != 5 { return TableReading([[]], malformed: 1) }
    return TableReading([[TableRow(keys: [], values: values)]])
  }

  /// The backends of all services.
  static func backends(_ bytes: Span<UInt8>) -> TableReading {
    var rows: [TableRow] = []
    var malformed: UInt64 = 0
    var service: IPVSService?
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      guard let first = fields.next(in: bytes) else { continue }
      if bytes.equals(first, "IP") || bytes.equals(first, "Prot") { continue }
      guard bytes.equals(first, "->") else {
        service = IPVSService(bytes.string(first), fields.next(in: bytes), bytes)
        if service == nil { malformed &+= 1 }
        continue
      }
      let remote = fields.next(in: bytes) ?? 0..<0
      if bytes.equals(remote, "RemoteAddress:Port") { continue }
      if let row = service?.row(remote, &fields, bytes) { rows.append(row) } else { malformed &+= 1 }
    }
    return TableReading([rows], malformed: malformed)
  }
}
