import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Accept queues and connections' states")
struct ListenQueueTests {
  private let log = RecordingLog()

  private static func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 255) } }

  /// struct inet_diag_msg.
  private static func inet(
    _ address: [UInt8], _ port: Int, state: UInt8 = 10, received: Int = 0, sent: Int = 0
  ) -> [UInt8] {
    let head: [UInt8] = [address.count == 4 ? 2 : 10, state, 0, 0, UInt8(port >> 8), UInt8(port & 255), 0, 0]
    let rest = [UInt8](repeating: 0, count: 56 - 8 - address.count)
    return head + address + rest + number(received) + number(sent) + [UInt8](repeating: 0, count: 8)
  }

  /// struct unix_diag_msg with a name and the queues.
  private static func unix(_ name: [UInt8], _ waiting: Int, _ limit: Int, order: Bool = true) -> [UInt8] {
    func attribute(_ type: UInt8, _ bytes: [UInt8]) -> [UInt8] {
      [UInt8(bytes.count + 4), 0, type, 0] + bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }
    let parts = [attribute(0, name), attribute(4, number(waiting) + number(limit))]
    return [UInt8](repeating: 0, count: 16) + (order ? parts : parts.reversed()).flatMap { $0 }
  }

  private func input(tcp: [[UInt8]] = [], unix: [[UInt8]] = []) -> ListenQueueInput {
    ListenQueueInput(
      log: log,
      tcp: { _, each in
        for bytes in tcp {
          if let found = ListeningSockets.tcp(bytes.span, 0..<bytes.count) { each(bytes.span, found) }
        }
      },
      unix: { _, each in
        for bytes in unix {
          if let found = ListeningSockets.unix(bytes.span, 0..<bytes.count) { each(bytes.span, found) }
        }
      })
  }

  private func lines(_ input: ListenQueueInput) -> [String] {
    for _ in 0..<2 { input.sample(at: Moment(boot: 0, real: 0)) }
    return RecordingSink.of(input).lines
  }

  @Test("Queues by address; sockets of one address are summed, the fullest one shows")
  func queues() {
    let local: [UInt8] = [127, 0, 0, 1]
    let any = [UInt8](repeating: 0, count: 16)
    let lines = lines(
      input(
        tcp: [
          Self.inet(local, 80, received: 3, sent: 4), Self.inet(any, 8_080, received: 0, sent: 128),
          Self.inet(local, 80, received: 0, sent: 4), Self.inet([0, 0, 0, 0], 8_080, received: 1, sent: 0),
        ],
        unix: [Self.unix(Array("/run/a\0".utf8), 1, 2), Self.unix([0] + Array("b".utf8), 0, 5, order: false)]))
    let labels = [
      #"{address="127.0.0.1",port="80",protocol="tcp"}"#, #"{address="::",port="8080",protocol="tcp"}"#,
      #"{address="0.0.0.0",port="8080",protocol="tcp"}"#, #"{address="/run/a",protocol="unix"}"#,
      #"{address="@b",protocol="unix"}"#,
    ]
    func family(_ name: String, _ values: [Double]) -> [String] {
      zip(labels, values).map { "vitals_listen_queue\(name)\($0) \($1)" }
    }
    #expect(
      lines == family("", [3, 0, 1, 1, 0]) + family("_limit", [8, 128, 0, 2, 5])
        + family("_fullest_ratio", [0.75, 0, 1, 0.5, 0]) + ["vitals_listen_queues_left_out 0.0"])
  }

  @Test(
    "Messages that are not whole are no sockets",
    arguments: [
      [], [UInt8](repeating: 0, count: 15), unix([], 1, 1), Array(unix([47], 1, 1).dropLast(1)),
      [UInt8](repeating: 0, count: 16) + [3, 0, 0, 0], [UInt8](repeating: 0, count: 16) + [8, 0, 4, 0, 1, 1, 1, 1],
      [UInt8](repeating: 0, count: 16) + [255, 255, 0, 0],
    ] as [[UInt8]])
  func cut(bytes: [UInt8]) {
    #expect(ListeningSockets.unix(bytes.span, 0..<bytes.count) == nil)
    #expect(ListeningSockets.tcp(bytes.span, 0..<min(71, bytes.count)) == nil)
  }

  @Test("Addresses past the limit are counted; those that nobody listens on any more give room")
  func limit() {
    var ports = 0..<Limits.listenQueues + 2
    let input = ListenQueueInput(
      log: log,
      tcp: { _, each in
        for port in ports {
          let bytes = Self.inet([10, 0, 0, 1], port)
          if let found = ListeningSockets.tcp(bytes.span, 0..<bytes.count) { each(bytes.span, found) }
        }
      }, unix: { _, _ in })
    func counts() -> (series: Int, leftOut: Double?) {
      input.sample(at: Moment(boot: 0, real: 0))
      let sink = RecordingSink.of(input)
      return (sink.values("vitals_listen_queue").count, sink["vitals_listen_queues_left_out"])
    }
    #expect(counts() == (Limits.listenQueues, 2))
    ports = 40_000..<40_010
    #expect(counts() == (0, 10))
    #expect(counts() == (10, 0))
  }

  @Test("A kernel that does not answer is said once")
  func refused() {
    let input = ListenQueueInput(
      log: log, tcp: { (_, _) throws(SystemError) in throw SystemError(call: "sock_diag", subject: "", code: 2) },
      unix: { _, _ in })
    #expect(lines(input) == ["vitals_listen_queues_left_out 0.0"])
    #expect(
      log.lines == [
        "info listening sockets cannot be listed; their queues are absent protocol=tcp error=sock_diag: No such file or directory"
      ])
  }

  @Test("Connections by state; bytes in queues without those of listening sockets; unknown states are left out")
  func states() {
    var counts = TCPStateTable.Counts()
    for bytes in [
      Self.inet([1, 2, 3, 4], 1, state: 1, received: 5, sent: 6), Self.inet([1, 2, 3, 4], 1, state: 1, received: 1),
      Self.inet([1, 2, 3, 4], 1, state: 6), Self.inet([1, 2, 3, 4], 1, received: 9, sent: 128),
      Self.inet([1, 2, 3, 4], 1, state: 0), Self.inet([1, 2, 3, 4], 1, state: 12), [UInt8](repeating: 1, count: 71),
    ] { counts.take(bytes.span, 0..<bytes.count) }
    let rows = Dictionary(uniqueKeysWithValues: counts.rows.map { ($0.keys[0], $0.values[0]) })
    #expect(rows.count == 13)
    #expect(rows["established"] == .unsigned(2))
    #expect(rows["time_wait"] == .unsigned(1))
    #expect(rows["listen"] == .unsigned(1))
    #expect(rows["closing"] == .unsigned(0))
    #expect(rows["rx_queued_bytes"] == .unsigned(6))
    #expect(rows["tx_queued_bytes"] == .unsigned(6))
  }

  @Test("The kernel of this machine answers")
  func real() throws {
    var buffer: [UInt8] = []
    try ListeningSockets.tcp(&buffer) { bytes, found in
      #expect(ListeningSockets.address(bytes.array(found.key)) != nil)
    }
    try ListeningSockets.unix(&buffer) { _, _ in }
    #expect(TCPStateTable().read().tables.first?.count == 13)
  }
}
