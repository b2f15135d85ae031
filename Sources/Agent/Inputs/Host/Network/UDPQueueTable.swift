// What waits in the queues of all UDP sockets, in bytes, from the fifth column of /proc/net/udp and udp6, in hexadecimal:
//
//       sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
//      435: 00000000:14E9 00000000:0000 07 00000000:00000300 00:00000000 00000000   107        0 20371 2 0000 0
//
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_udp_queues`.
struct UDPQueueTable: TableSource {
  let name = "udp_queues"
  private let proc: String

  init(paths: KernelPaths) { proc = paths.proc }

  var shapes: [TableShape] {
    [
      TableShape(
        labels: ["queue", "ip"],
        families: [
          MetricFamily("node_udp_queues", .gauge, help: "Bytes of datagrams that wait in the queues of UDP sockets.")
        ])
    ]
  }

  func read() -> TableReading {
    let readings = [("udp", "v4"), ("udp6", "v6")].map { file, version in
      TableReading(of: "\(proc)/net/\(file)") { UDPQueueTable.parse($0, version) }
    }
    let rows = readings.flatMap { $0.tables.first ?? [] }
    let malformed = readings.reduce(UInt64(0)) { $0 &+ $1.malformed }
    // Without IPv6 one file is missing; without both there is a fault.
    return TableReading([rows], malformed: malformed, fault: rows.isEmpty ? readings[0].fault : nil)
  }

  static func parse(_ bytes: Span<UInt8>, _ version: String) -> TableReading {
    var sums: [UInt64] = [0, 0]
    var malformed: UInt64 = 0
    var lines = Splitter.lines(bytes)
    _ = lines.next(in: bytes)
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      for _ in 0..<4 { _ = fields.next(in: bytes) }
      var queues = Splitter.pieces(fields.next(in: bytes) ?? 0..<0, separator: UInt8(ascii: ":"))
      guard let sent = queues.next(in: bytes).flatMap({ bytes.hexadecimal($0) }),
        let received = queues.next(in: bytes).flatMap({ bytes.hexadecimal($0) })
      else {
        malformed &+= 1
        continue
      }
      sums[0] &+= sent
      sums[1] &+= received
    }
    let rows = zip(["tx", "rx"], sums).map { TableRow(keys: [$0, version], values: [.unsigned($1)]) }
    return TableReading([rows], malformed: malformed)
  }
}
