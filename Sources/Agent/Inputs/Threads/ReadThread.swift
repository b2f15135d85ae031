// One thread whose figures are read now and then. Most threads sleep: how often the kernel gave one a CPU (the third number
// of its schedstat) tells that it has not moved, and then nothing else can have changed and one read is the whole cost.
// Where that is not for certain all files are read: a thread that was running may run still, one that was about to sleep
// is not yet where it sleeps, and a kernel that does not count says 0.
// SPDX-License-Identifier: Apache-2.0

/// A thread and its latest figures.
final class ReadThread {
  let id: Int32
  private(set) var figures: ThreadFigures
  private let directory: String
  private let mayLook: Bool
  private let keepsOpen: Bool
  private var schedstat: KernelFile?
  /// Times that it had been given a CPU before the figures were read; nil where the kernel does not tell.
  private var slices: UInt64?

  /// Reads a thread for the first time; nil when it is gone. Without `mayLook` its bytes and its wait channel stay
  /// absent. `keepsOpen` is false where there are too many files open already.
  init?(_ directory: String, id: Int32, mayLook: Bool, keepsOpen: Bool, into buffer: inout [UInt8]) {
    guard (try? KernelFile(directory + "/stat").readRecord(into: &buffer)) != nil, let stat = ProcessStat(buffer.span)
    else { return nil }
    self.id = id
    self.directory = directory
    self.mayLook = mayLook
    self.keepsOpen = keepsOpen
    figures = ThreadFigures(stat: stat)
    if read(into: &buffer) == nil { return nil }
  }

  /// Brings the figures up to date: the number of files that were read, 1 for a thread that has not moved; nil when it is
  /// gone, or another one has its id.
  func read(into buffer: inout [UInt8]) -> Int? {
    let now = countSlices(&buffer)
    if let now, now > 0, now == slices, isSettled { return 1 }
    guard (try? KernelFile(directory + "/stat").readRecord(into: &buffer)) != nil,
      let stat = ProcessStat(buffer.span, known: figures.stat.name), stat.startTicks == figures.stat.startTicks
    else { return nil }
    slices = now
    figures.stat = stat
    figures.files = ProcessFigures()
    if load("/status", &buffer) { figures.files.parseStatus(buffer.span) }
    guard mayLook else { return 3 }
    if load("/io", &buffer) { figures.files.parseIO(buffer.span) }
    figures.channel = load("/wchan", &buffer) ? ThreadFigures.channel(buffer.span, known: figures.channel) : ""
    return 5
  }

  /// Whether the last figures found it asleep, so that they hold until it is given a CPU again.
  private var isSettled: Bool {
    figures.stat.state != UInt8(ascii: "R") && (!mayLook || !figures.channel.isEmpty)
  }

  private func countSlices(_ buffer: inout [UInt8]) -> UInt64? {
    if schedstat == nil { schedstat = try? KernelFile(directory + "/schedstat") }
    defer { if !keepsOpen { schedstat = nil } }
    guard let _ = try? schedstat?.readRecord(into: &buffer) else { return nil }
    return ThreadClock.Reading(buffer.span)?.slices
  }

  private func load(_ name: String, _ buffer: inout [UInt8]) -> Bool {
    (try? KernelFile(directory + name).readRecord(into: &buffer)) != nil
  }
}
