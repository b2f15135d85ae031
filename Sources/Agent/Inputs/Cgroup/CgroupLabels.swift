// The label sets of one cgroup's series, made once for its life.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Labels as cAdvisor gives them.
struct CgroupLabels {
  /// What stands beside the cgroup's own labels.
  enum Kind: Int, CaseIterable, Sendable {
    case plain, total, faults, majorFaults, allFaults, allMajorFaults

    fileprivate var pairs: [(name: String, value: String)] {
      switch self {
      case .plain: []
      case .total: [("cpu", "total")]
      case .faults: [("failure_type", "pgfault"), ("scope", "container")]
      case .majorFaults: [("failure_type", "pgmajfault"), ("scope", "container")]
      case .allFaults: [("failure_type", "pgfault"), ("scope", "hierarchy")]
      case .allMajorFaults: [("failure_type", "pgmajfault"), ("scope", "hierarchy")]
      }
    }
  }

  private let sets: [LabelSet]

  /// `names` are what an orchestrator calls it.
  init(id: String, names: [(name: String, value: String)]) {
    let plain = LabelSet([("id", id)] + names)
    sets = Kind.allCases.map { $0.pairs.isEmpty ? plain : plain.adding($0.pairs) }
  }

  /// The cgroup's own labels.
  var plain: LabelSet { self[.plain] }

  subscript(kind: Kind) -> LabelSet { sets[kind.rawValue] }
}
