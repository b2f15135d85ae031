// What a helper thread found: families with their samples, in the order in which they came, those of one name together.
// It is bounded, because a machine may have any number of sensors and a text file any number of lines.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The samples of one reading.
struct HelperReport: Sendable {
  /// A sample's value.
  enum Value: Sendable {
    case number(MetricValue)
    case histogram(HistogramSnapshot)
    case summary(SummarySnapshot)
  }

  /// One family's samples.
  struct Group: Sendable {
    let family: MetricFamily
    var samples: [(labels: LabelSet, value: Value)] = []

    /// Writes it.
    func write(into sink: any SampleSink) {
      sink.family(family)
      for (labels, value) in samples {
        switch value {
        case .number(let number): sink.sample(labels, number)
        case .histogram(let snapshot): sink.histogram(labels, snapshot)
        case .summary(let snapshot): sink.summary(labels, snapshot)
        }
      }
    }
  }

  private(set) var groups: [Group] = []
  private var places: [String: Int] = [:]
  private var seen: [Set<LabelSet>] = []
  private var count = 0
  /// Samples past the limit.
  private(set) var leftOut: UInt64 = 0
  /// What was not of the expected form, or came twice.
  var malformed: UInt64 = 0
  /// What a person can mend, in words: `FILE:LINE: what is wrong`.
  private(set) var faults: [String] = []

  /// Adds a sample. One of a series that is there already, or of another type than its family, is malformed.
  mutating func add(_ family: MetricFamily, _ labels: LabelSet, _ value: Value) {
    if count == Limits.helperSamples {
      leftOut &+= 1
      return
    }
    let place = places[family.name] ?? groups.count
    if place == groups.count {
      places[family.name] = place
      groups.append(Group(family: family))
      seen.append([])
    }
    guard groups[place].family.type == family.type, seen[place].insert(labels).inserted else {
      malformed &+= 1
      return
    }
    groups[place].samples.append((labels, value))
    count += 1
  }

  /// Notes what a person can mend; past the limit only that there is more.
  mutating func fault(_ text: String) {
    if faults.count < Limits.helperFaults { faults.append(text) }
  }

  /// Takes the label sets of the last report where they are equal: sinks know a series by its label set's identity.
  mutating func adopt(_ known: inout [LabelSet: LabelSet]) {
    var kept: [LabelSet: LabelSet] = [:]
    for group in groups.indices {
      for sample in groups[group].samples.indices {
        let labels = groups[group].samples[sample].labels
        // Equal sets may be written with other empty labels.
        let own = [kept[labels], known[labels]].lazy.compactMap { $0 }.first { $0.text == labels.text } ?? labels
        kept[labels] = own
        groups[group].samples[sample].labels = own
      }
    }
    known = kept
    seen = []
  }
}
