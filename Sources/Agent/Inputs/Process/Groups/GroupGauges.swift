// What a group has at this moment: sums over its processes, and the extremes of two figures. The states are counted as
// process-exporter counts them, so that its dashboards show the same: each process by its main thread, and then each thread
// of a process that has several; so the main thread of such a process counts twice.
// SPDX-License-Identifier: Apache-2.0

/// The gauges of a group.
struct GroupGauges: Equatable {
  /// As proc(5) names the letters R, S, D and Z; every other letter is `other`.
  enum State: Int, CaseIterable {
    case running, sleeping, waiting, zombie, other

    init(_ letter: UInt8) {
      switch letter {
      case UInt8(ascii: "R"): self = .running
      case UInt8(ascii: "S"): self = .sleeping
      case UInt8(ascii: "D"): self = .waiting
      case UInt8(ascii: "Z"): self = .zombie
      default: self = .other
      }
    }

    /// The value of the label.
    var label: String {
      switch self {
      case .running: "Running"
      case .sleeping: "Sleeping"
      case .waiting: "Waiting"
      case .zombie: "Zombie"
      case .other: "Other"
      }
    }
  }

  private(set) var processes: UInt64 = 0
  private(set) var threads: UInt64 = 0
  private(set) var residentBytes: UInt64 = 0
  private(set) var virtualBytes: UInt64 = 0
  /// Nil when it is known of no process.
  private(set) var swappedBytes: UInt64?
  private(set) var openDescriptors: UInt64?
  /// The greatest share of the descriptors that a process may open; nil when it is known of none.
  private(set) var worstDescriptorRatio: Double?
  /// When the oldest process began, in ticks of USER_HZ since boot; nil without a process.
  private(set) var oldestStartTicks: UInt64?
  private var states = SIMD8<UInt64>(repeating: 0)

  /// How many are in a state.
  subscript(state: State) -> UInt64 { states[state.rawValue] }

  /// Adds a process.
  mutating func add(_ stat: ProcessStat, _ files: ProcessFigures?) {
    processes &+= 1
    threads &+= stat.threads
    residentBytes &+= stat.residentPages &* UInt64(PageSize.bytes)
    virtualBytes &+= stat.virtualBytes
    if let swapped = files?.swappedBytes { swappedBytes = (swappedBytes ?? 0) &+ swapped }
    if let open = files?.openDescriptors {
      openDescriptors = (openDescriptors ?? 0) &+ open
      if let limit = files?.mostDescriptors, limit > 0 {
        worstDescriptorRatio = max(worstDescriptorRatio ?? 0, Double(open) / Double(limit))
      }
    }
    oldestStartTicks = min(oldestStartTicks ?? .max, stat.startTicks)
    add(state: stat.state)
  }

  /// Adds a thread of a process that has several.
  mutating func add(state letter: UInt8) { states[State(letter).rawValue] &+= 1 }
}
