// How many threads of one process are in which state, with the label sets made once. The states are those of proc(5) that
// tell something about a slow service; all others are one.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The threads of a process by state.
struct ThreadStates {
  /// The values of the label, in the order of the counts.
  private static let names = ["running", "sleeping", "disk_sleep", "stopped", "other"]

  private let name: String
  private let labels: [LabelSet]
  private var counts = [UInt64](repeating: 0, count: names.count)

  /// None yet, for a process of this name.
  init(service: String, pid: Int32, name: String) {
    self.name = name
    labels = Self.names.map { LabelSet([("service", service), ("pid", String(pid)), ("name", name), ("state", $0)]) }
  }

  /// Whether the labels are still right; exec(2) changes the name.
  func belongs(to stat: ProcessStat) -> Bool { stat.name == name }

  /// Counts anew.
  mutating func reset() {
    for place in counts.indices { counts[place] = 0 }
  }

  /// Adds a thread in the state that proc(5) calls by this letter.
  mutating func add(_ letter: UInt8) {
    switch letter {
    case UInt8(ascii: "R"): counts[0] &+= 1
    case UInt8(ascii: "S"): counts[1] &+= 1
    case UInt8(ascii: "D"): counts[2] &+= 1
    case UInt8(ascii: "T"), UInt8(ascii: "t"): counts[3] &+= 1
    default: counts[4] &+= 1
    }
  }

  /// Writes the samples.
  func write(into sink: any SampleSink) {
    for (labels, count) in zip(labels, counts) { sink.sample(labels, .unsigned(count)) }
  }
}
