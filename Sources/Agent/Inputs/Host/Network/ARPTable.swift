// Neighbours over IPv4 by device, counted from /proc/net/arp, which has a line for each:
//
//     IP address       HW type     Flags       HW address            Mask     Device
//     192.0.2.1        0x1         0x2         02:fc:00:00:00:05     *        eth0
//
// A router has tens of thousands of them.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_arp_entries`.
struct ARPTable: TableSource {
  let name = "arp"
  let path: String?
  private let file: String

  init(paths: KernelPaths) {
    file = paths.proc + "/net/arp"
    path = file
  }

  var shapes: [TableShape] {
    [
      TableShape(
        labels: ["device"],
        families: [MetricFamily("node_arp_entries", .gauge, help: "Entries of the ARP table, by device.")])
    ]
  }

  func read() -> TableReading {
    TableReading(of: file) { ARPTable.parse($0) }
  }

  static func parse(_ bytes: Span<UInt8>) -> TableReading {
    var counts: [String: Int64] = [:]
    var malformed: UInt64 = 0
    var lines = Splitter.lines(bytes)
    _ = lines.next(in: bytes)
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      var last: Range<Int>?
      var count = 0
      while let field = fields.next(in: bytes) {
        last = field
        count += 1
      }
      if let last, count == 6 { counts[bytes.string(last), default: 0] += 1 } else { malformed &+= 1 }
    }
    let rows = counts.sorted { $0.key < $1.key }.map { TableRow(keys: [$0.key], values: [.integer($0.value)]) }
    return TableReading([rows], malformed: malformed)
  }
}
