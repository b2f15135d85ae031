// Waiting for several descriptors with poll(2), which every platform of the library has. It is built anew for each wait: a
// few dozen entries cost less than keeping them in step.
// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#else
  #error("no C library known on this platform")
#endif

/// Descriptors to wait for.
struct PollSet {
  private var entries: [pollfd] = []

  /// Adds a descriptor to be read, or else written; its place.
  mutating func add(_ number: Int32, toWrite: Bool = false) -> Int {
    entries.append(pollfd(fd: number, events: Int16(toWrite ? POLLOUT : POLLIN), revents: 0))
    return entries.count - 1
  }

  /// Waits until one is ready or the time has passed; without a time, for ever.
  mutating func wait(milliseconds: Int?) {
    let limit = milliseconds.map { Int32(clamping: $0) } ?? -1
    // Interrupted, it has nothing to say: the loop comes round again.
    if unsafe poll(&entries, nfds_t(entries.count), limit) < 0 {
      for place in entries.indices { entries[place].revents = 0 }
    }
  }

  /// True when the descriptor can be read or written, or is broken, which reading or writing will tell.
  func isReady(_ place: Int) -> Bool { entries[place].revents != 0 }
}
