// One thread that is looked at, with its files held open: a look costs one pread(2) while the thread sleeps on, two when
// it has moved, and an open, read and close more where the system call is to tell. A file that says that the thread is
// gone ends it.
// SPDX-License-Identifier: Apache-2.0

/// A thread of a watched process.
final class SampledThread {
  private let directory: String
  private let schedstat: KernelFile
  private let wchan: KernelFile?
  private var clock: ThreadClock
  private(set) var tally: WaitTally
  /// When its name was last read; nil when it needs no further look.
  private(set) var named: UInt64?

  /// Begins to look at a thread; nil when it is gone or may not be read. Without `mayLook` its waits stay unknown.
  init?(_ directory: String, mayLook: Bool, boot: UInt64, tally: WaitTally, into buffer: inout [UInt8]) {
    guard let schedstat = try? KernelFile(directory + "/schedstat"), (try? schedstat.readRecord(into: &buffer)) != nil,
      let reading = ThreadClock.Reading(buffer.span)
    else { return nil }
    self.directory = directory
    self.schedstat = schedstat
    wchan = mayLook ? try? KernelFile(directory + "/wchan") : nil
    clock = ThreadClock(reading, boot: boot)
    self.tally = tally
    named = boot
  }

  /// Its time goes to the threads of another name from now on.
  func rename(_ tally: WaitTally) { self.tally = tally }

  /// Its name was read a second time.
  func nameIsKnown() { named = nil }

  /// Looks at it; the number of files that were read, or nil when it is gone. `mayAsk` is cleared where the system call
  /// may not be read.
  func look(boot: UInt64, mayAsk: inout Bool, into buffer: inout [UInt8]) -> Int? {
    guard (try? schedstat.readRecord(into: &buffer)) != nil, let reading = ThreadClock.Reading(buffer.span) else {
      return nil
    }
    if let wait = clock.unchanged(reading) {
      clock.advance(reading, wait, boot: boot, into: tally)
      return 1
    }
    var reads = 1
    let wait = wait(&reads, &mayAsk, &buffer)
    clock.advance(reading, wait, boot: boot, into: tally)
    return reads
  }

  private func wait(_ reads: inout Int, _ mayAsk: inout Bool, _ buffer: inout [UInt8]) -> ThreadClock.Wait? {
    guard let _ = try? wchan?.readRecord(into: &buffer) else { return nil }
    reads += 1
    switch WaitChannel(buffer.span) {
    case .none: return nil
    case .kind(let kind): return ThreadClock.Wait(kind: kind)
    case .ask(let guess):
      guard mayAsk else { return ThreadClock.Wait(kind: guess) }
      reads += 1
      do throws(SystemError) {
        try KernelFile(directory + "/syscall").readRecord(into: &buffer)
      } catch {
        if error.isDenied { mayAsk = false }
        return ThreadClock.Wait(kind: guess)
      }
      guard let call = BlockedCall(buffer.span) else { return nil }
      return ThreadClock.Wait(kind: call.kind(guess), isMutex: guess == .futex && call.isMutex)
    }
  }
}
