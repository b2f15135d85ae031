// What processes and threads count, all of it at once. A figure that was not read is not known, which is not zero; the sum
// of what several have grown is known as soon as one of them is.
// SPDX-License-Identifier: Apache-2.0

/// The counters of a process, a thread, or a group of them.
struct GroupCounts: Equatable {
  /// What is counted: CPU time in ticks of USER_HZ, bytes of storage, page faults, context switches.
  enum Kind: Int, CaseIterable {
    case user, system, read, written, majorFaults, minorFaults, voluntary, involuntary
  }

  private var values = SIMD8<UInt64>(repeating: 0)
  private var known = SIMDMask<SIMD8<Int64>>(repeating: false)

  /// Nothing is known.
  init() {}

  /// All counters at zero, as those of what begins.
  static let zero: GroupCounts = {
    var counts = GroupCounts()
    for kind in Kind.allCases { counts[kind] = 0 }
    return counts
  }()

  /// One counter; nil where it is not known.
  subscript(kind: Kind) -> UInt64? {
    get { known[kind.rawValue] ? values[kind.rawValue] : nil }
    set {
      values[kind.rawValue] = newValue ?? 0
      known[kind.rawValue] = newValue != nil
    }
  }

  /// The counters of a process or a thread.
  init(_ stat: ProcessStat, _ files: ProcessFigures?) {
    self[.user] = stat.userTicks
    self[.system] = stat.systemTicks
    self[.majorFaults] = stat.majorFaults
    self[.minorFaults] = stat.minorFaults
    self[.read] = files?.readBytes
    self[.written] = files?.writtenBytes
    self[.voluntary] = files?.voluntarySwitches
    self[.involuntary] = files?.involuntarySwitches
  }

  /// Adds what has grown from `old` to `new`. What was not known before has not grown, and what became less neither.
  mutating func add(from old: GroupCounts, to new: GroupCounts) {
    let hasGrown = old.known .& new.known .& (new.values .> old.values)
    values &+= (new.values &- old.values).replacing(with: 0, where: .!hasGrown)
    known = known .| new.known
  }

  /// Takes what is known of `new` in the place of what was.
  mutating func update(_ new: GroupCounts) {
    values.replace(with: new.values, where: new.known)
    known = known .| new.known
  }
}
