// One thread's time, dealt out to kinds. Time on a CPU and time ready for one are counted by the kernel
// (/proc/PID/task/TID/schedstat: both in nanoseconds, and how often it was given a CPU); what is left of the time between
// two looks was spent waiting. It goes to the kind of waiting that a look finds: with many looks that is a fair sample.
// While looks find the thread running, the rest is kept for the next one that does not, and may be negative meanwhile,
// because the kernel books running time at its own ticks and time in the queue when it ends. So the kinds of a thread add
// up to the time that passed.
// SPDX-License-Identifier: Apache-2.0

/// Deals out one thread's time.
struct ThreadClock {
  /// The three numbers of a schedstat file.
  struct Reading: Equatable, Sendable {
    var run: UInt64
    var delay: UInt64
    /// Times that it was given a CPU.
    var slices: UInt64

    /// Parses the file; nil when it is not whole.
    init?(_ text: Span<UInt8>) {
      let end = text.count > 0 && text[text.count - 1] == 10 ? text.count - 1 : text.count
      var fields = Splitter.fields(0..<end)
      guard let run = fields.next(in: text).flatMap({ text.unsigned($0) }),
        let delay = fields.next(in: text).flatMap({ text.unsigned($0) }),
        let slices = fields.next(in: text).flatMap({ text.unsigned($0) })
      else { return nil }
      self.run = run
      self.delay = delay
      self.slices = slices
    }
  }

  /// What a look found the thread waiting for.
  struct Wait: Equatable {
    var kind: WaitKind
    /// A mutex for certain.
    var isMutex = false
  }

  private var last: Reading
  private var lastBoot: UInt64
  private var pending: Int64 = 0
  private var wait: Wait?

  /// Begins with a first reading, `boot` nanoseconds after the machine's start.
  init(_ reading: Reading, boot: UInt64) {
    last = reading
    lastBoot = boot
  }

  /// What the thread waits for still, when it has not had a CPU since the last look found it waiting: then there is
  /// nothing to look up.
  func unchanged(_ reading: Reading) -> Wait? { reading.slices == last.slices ? wait : nil }

  /// Deals out the time since the last look. `wait` is nil when the thread runs, is ready to, or may not be looked at.
  mutating func advance(_ reading: Reading, _ wait: Wait?, boot: UInt64, into tally: WaitTally) {
    let passed = Int64(bitPattern: boot &- lastBoot)
    let run = Int64(bitPattern: reading.run &- last.run)
    let delay = Int64(bitPattern: reading.delay &- last.delay)
    last = reading
    lastBoot = boot
    self.wait = wait
    // A suspended machine, an agent that was stopped, an id that came back: no second of it can be dealt out.
    if passed < 0 || passed > Limits.threadGapNanoseconds || run < 0 || delay < 0 {
      pending = 0
      return
    }
    tally.add(.run, run)
    tally.add(.runnable, delay)
    pending &+= passed &- run &- delay
    guard let wait, pending > 0 else { return }
    tally.add(wait.kind, pending)
    if wait.isMutex { tally.addMutex(pending) }
    pending = 0
  }
}
