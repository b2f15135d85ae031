// Which processes have not run since they were last looked at. Such a one has opened, closed and received no descriptor,
// and is in the same namespaces: a process does all that itself, also with what another one sends it. Going through the
// descriptors of one costs thirty times what this costs.
//
// It is exact for a process with one thread: the nanoseconds that it ran, the times that it got a CPU. For one with several
// no file tells, a kernel that does not count says 0, and one that was running just then may run still: those have no mark,
// and are looked at each time. So is, for a while, one that has run between all of the last looks, as asking would be in
// vain. What is left are descriptors that two processes share by clone(2) with CLONE_FILES and are no threads: hardly
// anything does that, and who keeps what it found looks again at every 80th look.
// SPDX-License-Identifier: Apache-2.0

/// Tells the processes that rest. Thread-safe.
final class RestingProcesses: Sendable {
  private final class Known {
    var rest = RestWatch()
    var round = 0
  }

  private struct State {
    var known: [Int32: Known] = [:]
    var held = 0
    var round = 0
    /// Processes that were asked in this round.
    var count = 0
    /// The last marks, and the tick that they are of.
    var asked: Moment?
    var marks: [Int32: RestMark] = [:]
    var buffer: [UInt8] = []
  }

  private let proc: String
  private let heldFiles: Int
  private let state = Guarded(State())
  /// Marks that others have taken.
  private let given = Guarded<[Int32: RestMark]>([:])

  /// Keeps up to `heldFiles` files open.
  init(proc: String, heldFiles: Int = Limits.heldProcesses) {
    self.proc = proc
    self.heldFiles = heldFiles
  }

  /// Takes the marks of all processes that somebody else asks, again and again: these are not asked a second time. Never
  /// waits for a look.
  func give(_ marks: [Int32: RestMark]) { given.withLock { $0 = marks } }

  /// The marks of those that may rest, as they are at a look that is due at `now`: what is found of a process afterwards
  /// holds until its mark is another one. Who looks because of the same tick gets the same ones. Processes that are not
  /// asked for are forgotten.
  func marks(_ services: [ServiceProcesses], at now: Moment) -> [Int32: RestMark] {
    let given = given.withLock { $0 }
    return state.withLock { state in
      if state.asked == now { return state.marks }
      var marks: [Int32: RestMark] = [:]
      state.round &+= 1
      state.count = 0
      for service in services { for pid in service.pids { marks[pid] = given[pid] ?? mark(pid, &state) } }
      if state.known.count > state.count { forget(&state) }
      (state.asked, state.marks) = (now, marks)
      return marks
    }
  }

  /// Files that are open.
  var openFiles: Int { state.withLock { $0.held } }

  private func forget(_ state: inout State) {
    let round = state.round
    state.known = state.known.filter { $0.value.round == round }
    state.held = state.known.values.count { $0.rest.isHeld }
  }

  private func mark(_ pid: Int32, _ state: inout State) -> RestMark? {
    let known = state.known[pid] ?? Known()
    if known.round == 0 { state.known[pid] = known }
    known.round = state.round
    state.count += 1
    if known.rest.isHeld { state.held -= 1 }
    let answer = known.rest.ask("\(proc)/\(pid)", mayHold: state.held < heldFiles, &state.buffer)
    if known.rest.isHeld { state.held += 1 }
    switch answer {
    case .paused: return nil
    case .rests: break
    case .ran:
      known.rest.settle(known.rest.last.flatMap { RestMark(after: $0, "\(proc)/\(pid)", &state.buffer) })
    }
    return known.rest.mark
  }
}
