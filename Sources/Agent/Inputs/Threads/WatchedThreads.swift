// The threads of one watched process: listed once a second, looked at in rounds. Which of its files may be read is a
// matter of rights: as another user `wchan` reads `0` without an error, which would pass for running, so the link `cwd`
// is asked first, whose readability the kernel decides by the same rule. See proc(5) and ptrace(2).
// SPDX-License-Identifier: Apache-2.0

/// A process and its threads.
final class WatchedThreads {
  let target: WatchedProcess
  /// Whether where its threads wait may be seen.
  let mayLook: Bool
  /// Whether that is for want of rights; a process that ends just then, or has ended, is nobody's fault.
  let isDenied: Bool
  /// Whether their system calls may be seen.
  var mayAsk: Bool
  private let directory: String
  private(set) var threads: [(id: Int32, thread: SampledThread)] = []
  private(set) var tallies: [WaitTally] = []
  /// Threads past the limits.
  private(set) var leftOut = 0

  init(_ target: WatchedProcess, directory: String) {
    self.target = target
    self.directory = directory
    do throws(SystemError) {
      _ = try Directory.target(directory + "/cwd")
      (mayLook, isDenied) = (true, false)
    } catch {
      (mayLook, isDenied) = (false, !error.isGone)
    }
    // Kernels may lack the file, and Yama may forbid it.
    var text: [UInt8] = []
    mayAsk = mayLook && (try? KernelFile.read(directory + "/syscall", into: &text)) != nil
  }

  /// Finds threads that came and drops those that went. `room` is how many more may be looked at, `tallies` how many
  /// more sets of series may be made.
  func list(boot: UInt64, room: Int, newTallies: inout Int, into buffer: inout [UInt8]) {
    let ids = (try? Directory.numbers(directory + "/task")) ?? []
    var known: [Int32: SampledThread] = [:]
    for (id, thread) in threads { known[id] = thread }
    var kept: [(id: Int32, thread: SampledThread)] = []
    for id in ids where kept.count < room {
      let path = "\(directory)/task/\(id)"
      if let thread = known[id] {
        renew(thread, path, boot, &newTallies, &buffer)
        kept.append((id, thread))
      } else if let tally = tally(path, &newTallies, &buffer),
        let thread = SampledThread(path, mayLook: mayLook, boot: boot, tally: tally, into: &buffer)
      {
        kept.append((id, thread))
      }
    }
    threads = kept
    leftOut = max(0, ids.count - kept.count)
  }

  /// A thread is gone.
  func remove(_ id: Int32) { threads.removeAll { $0.id == id } }

  private func renew(
    _ thread: SampledThread, _ path: String, _ boot: UInt64, _ newTallies: inout Int, _ buffer: inout [UInt8]
  ) {
    guard let named = thread.named, Double(boot &- named) / 1e9 >= Limits.threadNameSeconds else { return }
    thread.nameIsKnown()
    if let tally = tally(path, &newTallies, &buffer) { thread.rename(tally) }
  }

  /// The tally of a thread's name; nil when the thread is gone or there is no room for another tally.
  private func tally(_ path: String, _ newTallies: inout Int, _ buffer: inout [UInt8]) -> WaitTally? {
    guard (try? KernelFile.read(path + "/comm", into: &buffer)) != nil else { return nil }
    let bytes = buffer.last == 10 ? buffer.dropLast() : buffer[...]
    var name = ThreadName.folded(String(decoding: bytes, as: UTF8.self))
    if tallies.count >= Limits.threadNamesPerProcess, !tallies.contains(where: { $0.threadName == name }) {
      name = "other"
    }
    if let known = tallies.first(where: { $0.threadName == name }) { return known }
    if newTallies <= 0 { return nil }
    newTallies -= 1
    let made = WaitTally(service: target.service, pid: target.pid, threadName: name)
    tallies.append(made)
    tallies.sort { $0.threadName < $1.threadName }
    return made
  }
}
