// TCP connections by state and the bytes that wait in their queues, by sock_diag(7). With a hundred thousand connections
// that takes the kernel tens of milliseconds: it runs on a helper thread, and the rest after it is longer then.
//
// Unlike node_exporter's, the queues' bytes are without those of listening sockets, which are connections, not bytes; and
// a state without connections is 0, not absent.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_tcp_connection_states`.
struct TCPStateTable: TableSource {
  let name = "tcpstat"

  /// The kernel's states from 1 on; see include/net/tcp_states.h.
  static let states = [
    "established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2", "time_wait", "close", "close_wait", "last_ack",
    "listen", "closing",
  ]
  private static let listen: UInt8 = 10

  /// Counts of one dump.
  struct Counts: Equatable {
    var sockets = [UInt64](repeating: 0, count: TCPStateTable.states.count)
    var received: UInt64 = 0
    var sent: UInt64 = 0

    /// Takes one struct inet_diag_msg.
    mutating func take(_ bytes: Span<UInt8>, _ message: Range<Int>) {
      if message.count < SocketDump.inetLength { return }
      let state = bytes[message.lowerBound + 1]
      guard state >= 1, Int(state) <= sockets.count else { return }
      sockets[Int(state) - 1] &+= 1
      if state == TCPStateTable.listen { return }
      received &+= UInt64(SocketDump.word(bytes, message.lowerBound + 56))
      sent &+= UInt64(SocketDump.word(bytes, message.lowerBound + 60))
    }

    /// The rows of the table.
    var rows: [TableRow] {
      zip(TCPStateTable.states + ["rx_queued_bytes", "tx_queued_bytes"], sockets + [received, sent]).map {
        TableRow(keys: [$0], values: [.unsigned($1)])
      }
    }
  }

  var shapes: [TableShape] {
    [
      TableShape(
        labels: ["state"],
        families: [
          MetricFamily(
            "node_tcp_connection_states", .gauge, help: "TCP connections by state, and the bytes in their queues.")
        ])
    ]
  }

  func read() -> TableReading {
    var counts = Counts()
    var buffer: [UInt8] = []
    do {
      try SocketDump.tcp(states: 0xFFF).run(&buffer) { counts.take($0, $1) }
      return TableReading([counts.rows])
    } catch {
      return TableReading([], fault: error)
    }
  }
}
