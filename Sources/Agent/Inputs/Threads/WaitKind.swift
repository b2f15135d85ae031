// What a thread does with its time, as the sampler tells it: two kinds that the kernel counts to the nanosecond, and
// those of waiting, which are told by where in the kernel the thread sleeps.
// SPDX-License-Identifier: Apache-2.0

/// How a moment of a thread's life was spent.
enum WaitKind: Int, CaseIterable, Sendable {
  /// On a CPU.
  case run
  /// Ready, and waiting for a CPU.
  case runnable
  /// In epoll_wait(2): an event loop that has nothing to do.
  case epoll
  /// In poll(2), select(2), io_uring or accept(2): waits until there is something to do, or, as most HTTP and database
  /// clients do it that know nothing of an event loop, for one answer.
  case poll
  /// In nanosleep(2) and its kin.
  case sleep
  /// In futex(2): a lock, a condition, an idle thread of a pool.
  case futex
  /// On a block device, the page cache or a file system, also one of the network.
  case disk
  /// For data from a socket.
  case socketReceive
  /// For room in a socket, or for a peer to take a connection.
  case socketSend
  /// On a pipe, for data or for room.
  case pipe
  /// Anything else: a child process, a signal, memory, a terminal.
  case other

  /// The label's value.
  var label: String {
    switch self {
    case .run: "run"
    case .runnable: "runnable"
    case .epoll: "epoll"
    case .poll: "poll"
    case .sleep: "sleep"
    case .futex: "futex"
    case .disk: "disk"
    case .socketReceive: "socket_receive"
    case .socketSend: "socket_send"
    case .pipe: "pipe"
    case .other: "other"
    }
  }
}
