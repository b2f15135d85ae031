import Testing

@testable import VitalsAgent

@Suite("What is read of a thread")
struct ThreadParserTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test(
    "A schedstat that is not whole is none",
    arguments: ["", "\n", "1", "1 2", "1 2\n", "1 2 x\n", "-1 2 3\n", "1 2 18446744073709551616\n", "a b c\n"])
  func brokenSchedstat(text: String) {
    let text = bytes(text)
    #expect(ThreadClock.Reading(text.span) == nil)
  }

  @Test(
    "Run, delay and slices, with or without a line feed, and more than a kernel has yet",
    arguments: ["12 34 56\n", "12 34 56", "12 34 56 78\n"])
  func schedstat(text: String) throws {
    let text = bytes(text)
    let parsed = ThreadClock.Reading(text.span)
    let reading = try #require(parsed)
    #expect(reading.run == 12)
    #expect(reading.delay == 34)
    #expect(reading.slices == 56)
  }

  static let channels: [(text: String, meaning: WaitChannel)] = [
    ("", .none), ("0", .none), ("00", .kind(.other)), ("futex", .kind(.other)), ("\u{1F980}", .kind(.other)),
    ("do_sigtimedwait.isra.0", .kind(.other)), ("do_wait", .kind(.other)), ("__do_sys_pause", .kind(.other)),
    ("futex_wait_queue_me", .ask(.futex)), ("futex_wait_queue", .ask(.futex)), ("futex_do_wait", .ask(.futex)),
    ("ep_poll", .kind(.epoll)), ("do_epoll_wait", .kind(.epoll)), ("poll_schedule_timeout.constprop.0", .kind(.poll)),
    ("do_select", .kind(.poll)), ("io_cqring_wait", .kind(.poll)), ("inet_csk_accept", .kind(.poll)),
    ("hrtimer_nanosleep", .kind(.sleep)), ("wait_woken", .ask(.socketReceive)),
    ("__skb_wait_for_more_packets", .ask(.socketReceive)), ("unix_stream_read_generic", .ask(.socketReceive)),
    ("sk_wait_data", .kind(.socketReceive)), ("sk_stream_wait_memory", .kind(.socketSend)),
    ("sock_alloc_send_pskb", .kind(.socketSend)), ("pipe_wait", .kind(.pipe)), ("pipe_read", .kind(.pipe)),
    ("anon_pipe_read", .kind(.pipe)), ("anon_pipe_write", .kind(.pipe)), ("folio_wait_bit_common", .kind(.disk)),
    ("wait_on_page_bit_common", .kind(.disk)), ("jbd2_log_wait_commit", .kind(.disk)),
    ("blkdev_issue_flush", .kind(.disk)), ("rq_qos_wait.part.0", .kind(.disk)), ("nfs4_do_close", .kind(.disk)),
  ]

  @Test("Wait channels of several kernels", arguments: channels)
  func channel(text: String, meaning: WaitChannel) {
    let text = bytes(text)
    #expect(WaitChannel(text.span) == meaning)
  }

  @Test(
    "A system call that is not whole is none",
    arguments: [
      "", "running\n", "-1 0x0 0x0\n", "202", "202 0x1", "202 0x1 0x80", "202 0x1 0x80 2", "202 0x1 80 0x2",
      "x 0x1 0x80 0x2", "202 0x1 0x80 0x11112222333344445", "202 0x1 0x80 0x", "202 0x1 0x80 0xg",
      "18446744073709551616 0x1 0x80 0x2",
    ])
  func brokenCall(text: String) {
    let text = bytes(text)
    #expect(BlockedCall(text.span) == nil)
  }

  #if arch(x86_64)
    static let calls: [(text: String, guess: WaitKind, kind: WaitKind, isMutex: Bool)] = [
      ("202 0x5 0x80 0x2 0x0 0x0 0x0 0x7f 0x7f\n", .futex, .futex, true),
      ("202 0x5 0x0 0x2 0x0 0x0 0x0 0x7f 0x7f\n", .futex, .futex, true),
      ("202 0x5 0x80 0x0 0x0\n", .futex, .futex, false), ("202 0x5 0x189 0x2 0x0\n", .futex, .futex, false),
      ("0 0x5 0x80 0x2\n", .futex, .futex, false), ("0 0x5 0x7f 0x1\n", .socketReceive, .socketReceive, false),
      ("45 0x5 0x7f 0x1\n", .socketReceive, .socketReceive, false),
      ("44 0x5 0x7f 0x1\n", .socketReceive, .socketSend, false),
      ("1 0x5 0x7f 0x1\n", .socketReceive, .socketSend, false), ("43 0x5 0x0 0x0\n", .socketReceive, .poll, false),
      ("288 0x5 0x0 0x0\n", .socketReceive, .poll, false),
      ("16 0x5 0x0 0xffffffffffffffff\n", .socketReceive, .other, false),
    ]

    @Test("System calls tell what wait channels leave open", arguments: calls)
    func call(text: String, guess: WaitKind, kind: WaitKind, isMutex: Bool) throws {
      let text = bytes(text)
      let parsed = BlockedCall(text.span)
      let call = try #require(parsed)
      #expect(call.kind(guess) == kind)
      #expect(call.isMutex == isMutex)
    }
  #endif

  @Test(
    "A number behind a separator is folded",
    arguments: [
      ("", ""), ("7", "7"), ("python3", "python3"), ("worker-12", "worker-#"), ("asyncio_0", "asyncio_#"),
      ("GC Thread#3", "GC Thread#"), ("pool-1-thread-3", "pool-1-thread-#"), ("-1", "-#"), ("a-", "a-"),
    ])
  func folded(name: String, folded: String) { #expect(ThreadName.folded(name) == folded) }
}
