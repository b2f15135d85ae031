// The system call that a thread is blocked in, from /proc/PID/task/TID/syscall: `202 0x56… 0x80 0x2 …`, its number and
// arguments. It may be read by who may trace the thread (see ptrace(2), PTRACE_MODE_ATTACH): Yama forbids it to the
// same user. Numbers differ by architecture.
//
// A lock is told from an idle pool by futex(2)'s arguments, as far as they tell: glibc's mutex waits by plain FUTEX_WAIT
// for the value 2, "locked with waiters", and nothing else of glibc's does. Conditions, semaphores, read-write locks and
// barriers wait by FUTEX_WAIT_BITSET, as do Python's locks: those look alike, and are not told apart.
// SPDX-License-Identifier: Apache-2.0

/// A blocked system call.
struct BlockedCall: Equatable {
  /// The number, as this architecture counts.
  let number: UInt64
  private let operation: UInt64
  private let value: UInt64

  /// Parses the file; nil for `running` and what is no call.
  init?(_ text: Span<UInt8>) {
    let end = text.count > 0 && text[text.count - 1] == 10 ? text.count - 1 : text.count
    var fields = Splitter.fields(0..<end)
    guard let first = fields.next(in: text), let number = text.unsigned(first), fields.next(in: text) != nil,
      let second = fields.next(in: text), let operation = text.prefixedHexadecimal(second),
      let third = fields.next(in: text), let value = text.prefixedHexadecimal(third)
    else { return nil }
    self.number = number
    self.operation = operation
    self.value = value
  }

  /// The kind where the wait channel leaves it open; `guess` when the call tells nothing.
  func kind(_ guess: WaitKind) -> WaitKind {
    if guess == .futex { return .futex }
    if SystemCalls.accepting.contains(number) { return .poll }
    if SystemCalls.sending.contains(number) { return .socketSend }
    return SystemCalls.receiving.contains(number) ? .socketReceive : .other
  }

  /// Whether it waits for a mutex of glibc's, for certain.
  var isMutex: Bool {
    // FUTEX_WAIT is 0; FUTEX_PRIVATE_FLAG 128 stands beside it for a mutex of one process.
    number == SystemCalls.futex && operation & ~128 == 0 && value == 2
  }
}

/// Numbers of system calls; see the kernel's syscall_64.tbl and asm-generic/unistd.h.
private enum SystemCalls {
  #if arch(x86_64)
    static let futex: UInt64 = 202
    /// read, readv, recvfrom, recvmsg, recvmmsg.
    static let receiving: Set<UInt64> = [0, 19, 45, 47, 299]
    /// write, writev, sendto, sendmsg, sendmmsg, sendfile, splice, connect.
    static let sending: Set<UInt64> = [1, 20, 44, 46, 307, 40, 275, 42]
    /// accept, accept4.
    static let accepting: Set<UInt64> = [43, 288]
  #else
    static let futex: UInt64 = 98
    static let receiving: Set<UInt64> = [63, 65, 207, 212, 243]
    static let sending: Set<UInt64> = [64, 66, 206, 211, 269, 71, 76, 203]
    static let accepting: Set<UInt64> = [202, 242]
  #endif
}
