// The threads of one process, for those who sum up their figures: which there are, and the latest figures of each. The list
// is made anew when the process has another number of threads than were found, when one of them is gone, and every few
// seconds at any rate, because one may begin where another ended.
// SPDX-License-Identifier: Apache-2.0

/// A process's threads and their figures.
final class ProcessThreads {
  let pid: Int32
  /// In ticks of USER_HZ since boot.
  let startTicks: UInt64
  /// Those that are read, in the order of their ids.
  private(set) var threads: [ReadThread] = []
  /// Threads past the room that there was.
  private(set) var leftOut = 0
  private let directory: String
  /// Whether their bytes and wait channels may be seen; see ``WatchedThreads`` for why that is asked first.
  private let mayLook: Bool
  private var listed: Moment?
  private var found = 0

  /// `directory` is the process's own, such as /proc/1234.
  init(_ directory: String, pid: Int32, startTicks: UInt64) {
    self.directory = directory
    self.pid = pid
    self.startTicks = startTicks
    mayLook = (try? Directory.target(directory + "/cwd")) != nil
  }

  /// Brings the figures up to date: the number of files that were read. `count` is how many threads the process has, by
  /// its stat; up to `room` of them are read, and of those up to `held` keep a file open. `moved` is called for each
  /// thread that may have used something since, with its figures of before: nil for one that is new.
  func read(
    _ now: Moment, count: UInt64, room: Int, held: Int, into buffer: inout [UInt8],
    moved: (ReadThread, ThreadFigures?) -> Void
  ) -> Int {
    var reads = 0
    let old = threads
    threads.removeAll(keepingCapacity: true)
    for thread in old {
      let before = thread.figures
      let files = thread.read(into: &buffer)
      reads += files ?? 2
      guard let files else { continue }
      threads.append(thread)
      if files > 1 { moved(thread, before) }
    }
    let isWhole = threads.count == old.count && count == UInt64(found)
    if isWhole, let listed, now.seconds(since: listed) < Limits.threadListSeconds { return reads }
    return reads + list(now, room, held, &buffer, moved)
  }

  /// Finds the threads that came and drops those that went.
  private func list(
    _ now: Moment, _ room: Int, _ held: Int, _ buffer: inout [UInt8], _ moved: (ReadThread, ThreadFigures?) -> Void
  ) -> Int {
    let ids = (try? Directory.numbers(directory + "/task")) ?? []
    var known: [Int32: ReadThread] = [:]
    for thread in threads { known[thread.id] = thread }
    var (reads, gone) = (2, 0)
    threads.removeAll(keepingCapacity: true)
    for id in ids.sorted() where threads.count < room {
      if let thread = known[id] {
        threads.append(thread)
        continue
      }
      reads += 6
      let path = "\(directory)/task/\(id)"
      let keepsOpen = threads.count < held
      guard let thread = ReadThread(path, id: id, mayLook: mayLook, keepsOpen: keepsOpen, into: &buffer) else {
        gone += 1
        continue
      }
      threads.append(thread)
      moved(thread, nil)
    }
    listed = now
    found = ids.count - gone
    leftOut = found - threads.count
    return reads
  }
}
