// Which of the network stack's several hundred counters are served: those that node_exporter serves by default.
// SPDX-License-Identifier: Apache-2.0

/// node_exporter's default fields of /proc/net/netstat, snmp and snmp6.
enum NetstatFields {
  private static let exact: [String: Set<String>] = [
    "Ip": ["Forwarding"],
    "Ip6": ["InOctets", "OutOctets"],
    "IpExt": ["InOctets", "OutOctets"],
    "Icmp": ["InMsgs", "OutMsgs"],
    "Icmp6": ["InMsgs", "OutMsgs"],
    "TcpExt": ["TCPSynRetrans", "TCPTimeouts", "TCPOFOQueue", "TCPRcvQDrop"],
    "Tcp": ["ActiveOpens", "InSegs", "OutSegs", "OutRsts", "PassiveOpens", "RetransSegs", "CurrEstab"],
    "Udp": ["InDatagrams", "OutDatagrams", "NoPorts", "RcvbufErrors", "SndbufErrors"],
    "Udp6": ["InDatagrams", "OutDatagrams", "NoPorts", "RcvbufErrors", "SndbufErrors"],
  ]

  /// Whether a protocol's counter is served.
  static func isWanted(_ proto: String, _ field: String) -> Bool {
    if field == "InErrors" || field == "InErrs" || field.hasSuffix("_InErrors") || field.hasSuffix("_InErrs") {
      return true
    }
    if proto == "TcpExt", field.hasPrefix("Listen") || field.hasPrefix("Syncookies") { return true }
    return exact[proto]?.contains(field) ?? false
  }
}
