// Which processes have not run since they were last looked at. Such a one has opened, closed and received no descriptor,
// and is in the same namespaces: a process does all that itself, also with what another one sends it. Going through the
// descriptors of one costs thirty times what this costs.
//
// It is exact for a process with one thread: the nanoseconds that it ran, the times that it got a CPU. For one with several
// no file tells, a kernel that does not count says 0, and one that was running just then may run still: those have no mark,
// and are looked at each time. So is, for a while, one that has run between all of the last looks, as asking would be in
// vain. What is left are descriptors that two processes share by clone(2) with CLONE_FILES and are no threads: hardly
// anything does that, and who keeps what it found looks again at every 40th look.
// SPDX-License-Identifier: Apache-2.0

/// Tells the processes that rest. Thread-safe.
final class RestingProcesses: Sendable {
  private final class Known {
    /// Open while it rests, as far as there may be so many: reading it again costs an eighth of finding it.
    var file: KernelFile?
    var last: ThreadClock.Reading?
    var mark: RestMark?
    /// Looks in a row at which it was not at rest, and those to come at which it is not asked.
    var restless = 0
    var pause = 0
    var round = 0

    var hasFile: Bool { file != nil }
  }

  private struct State {
    var known: [Int32: Known] = [:]
    var held = 0
    var round = 0
    /// The last marks, and the tick that they are of.
    var asked: Moment?
    var marks: [Int32: RestMark] = [:]
    var buffer: [UInt8] = []
  }

  private let proc: String
  private let heldFiles: Int
  private let state = Guarded(State())

  /// Keeps up to `heldFiles` files open.
  init(proc: String, heldFiles: Int = Limits.heldProcesses) {
    self.proc = proc
    self.heldFiles = heldFiles
  }

  /// The marks of those that may rest, as they are at a look that is due at `now`: what is found of a process afterwards
  /// holds until its mark is another one. Who looks because of the same tick gets the same ones. Processes that are not
  /// asked for are forgotten.
  func marks(_ services: [ServiceProcesses], at now: Moment) -> [Int32: RestMark] {
    state.withLock { state in
      if state.asked == now { return state.marks }
      var marks: [Int32: RestMark] = [:]
      var count = 0
      state.round &+= 1
      for service in services {
        count += service.pids.count
        for pid in service.pids { marks[pid] = mark(pid, &state) }
      }
      if state.known.count > count { forget(&state) }
      (state.asked, state.marks) = (now, marks)
      return marks
    }
  }

  /// Files that are open.
  var openFiles: Int { state.withLock { $0.held } }

  private func forget(_ state: inout State) {
    let round = state.round
    state.known = state.known.filter { $0.value.round == round }
    state.held = state.known.values.count { $0.hasFile }
  }

  private func mark(_ pid: Int32, _ state: inout State) -> RestMark? {
    let known = state.known[pid] ?? Known()
    if known.round == 0 { state.known[pid] = known }
    known.round = state.round
    if known.pause > 0 {
      known.pause -= 1
      return nil
    }
    let now = run(of: pid, known, &state)
    if let now, now == known.last, known.mark != nil {
      known.restless = 0
      return known.mark
    }
    known.last = now
    known.mark = now.flatMap { RestMark(after: $0, "\(proc)/\(pid)", &state.buffer) }
    known.restless = min(known.restless + 1, 8)
    // Once is no habit.
    known.pause = min(1 << (known.restless - 1), Limits.restPause + 1) - 1
    return known.mark
  }

  /// Reads schedstat, and leaves it open as long as it says what it said before.
  private func run(of pid: Int32, _ known: Known, _ state: inout State) -> ThreadClock.Reading? {
    if known.file == nil {
      known.file = try? KernelFile("\(proc)/\(pid)/schedstat")
    } else {
      state.held -= 1
    }
    let isRead = (try? known.file?.readRecord(into: &state.buffer)) != nil
    let reading = isRead ? RestMark.run(state.buffer.span) : nil
    if known.mark != nil, reading != nil, reading == known.last, state.held < heldFiles {
      state.held += 1
    } else {
      known.file = nil
    }
    return reading
  }
}
