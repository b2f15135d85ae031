// Which cgroups the services' processes are in. A process is asked when it is first seen, once more when who started it
// has had time to move it, and then rarely, the more there are the more so: the answer costs more than all that is read of
// the cgroup itself.
// SPDX-License-Identifier: Apache-2.0

/// The cgroups of watched processes.
final class CgroupMembers {
  private struct Entry {
    let process: WatchedProcess
    var places: CgroupPlaces
    var asked: Moment
    var isYoung: Bool
    var round: UInt64
  }

  private let proc: String
  private var entries: [Int32: Entry] = [:]
  private var round: UInt64 = 0
  private var buffer: [UInt8] = []
  /// Lines that were not of the expected form.
  private(set) var malformed: UInt64 = 0

  init(proc: String) { self.proc = proc }

  /// Takes in who is there; true when processes came, went or moved.
  func renew(_ processes: [WatchedProcess], at now: Moment) -> Bool {
    round &+= 1
    var spare = Limits.cgroupReads
    var hasChanged = false
    let pause = min(
      max(Limits.cgroupMemberSeconds, Limits.cgroupMemberShare * Double(processes.count)), Limits.cgroupRenewSeconds)
    for process in processes {
      if let known = entries[process.pid], known.process == process {
        entries[process.pid]?.round = round
        let age = known.isYoung ? Limits.cgroupYoungSeconds : pause
        if spare == 0 || now.seconds(since: known.asked) < age { continue }
        spare -= 1
        hasChanged = ask(process.pid, again: known, now) || hasChanged
      } else if spare > 0 {
        spare -= 1
        guard let places = read(process.pid) else { continue }
        hasChanged = true
        entries[process.pid] = Entry(process: process, places: places, asked: now, isYoung: true, round: round)
      }
    }
    if entries.contains(where: { $0.value.round != round }) {
      entries = entries.filter { $0.value.round == round }
      hasChanged = true
    }
    return hasChanged
  }

  private func ask(_ pid: Int32, again known: Entry, _ now: Moment) -> Bool {
    entries[pid]?.asked = now
    entries[pid]?.isYoung = false
    guard let places = read(pid), places != known.places else { return false }
    entries[pid]?.places = places
    return true
  }

  private func read(_ pid: Int32) -> CgroupPlaces? {
    CgroupPlaces.read("\(proc)/\(pid)", into: &buffer, malformed: &malformed)
  }

  /// How many processes of each service are in the same cgroups, services in alphabetical order.
  var services: [(service: String, places: [CgroupPlaces: Int])] {
    var found: [String: [CgroupPlaces: Int]] = [:]
    for entry in entries.values { found[entry.process.service, default: [:]][entry.places, default: 0] += 1 }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
