// The kinds of value file. Each is a rule for adding up what its files hold.
// SPDX-License-Identifier: Apache-2.0

/// What a value file holds, by the beginning of its name.
enum ValueFileKind: Sendable, Hashable {
  case counter
  case histogram
  case summary
  case gauge(GaugeMode)

  /// All kinds; ``place`` is the index here.
  static let all: [ValueFileKind] = [.counter, .histogram, .summary] + GaugeMode.allCases.map { .gauge($0) }
  private static let places = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, $0) })

  /// A small number, for tables by kind.
  var place: Int { Self.places[self] ?? 0 }

  /// The beginning of the name of such a file.
  var prefix: String {
    switch self {
    case .counter: "counter"
    case .histogram: "histogram"
    case .summary: "summary"
    case .gauge(let mode): "gauge_" + mode.rawValue
    }
  }

  /// The gauge's mode.
  var mode: GaugeMode? {
    if case .gauge(let mode) = self { mode } else { nil }
  }

  /// The type of its families.
  var type: MetricType {
    switch self {
    case .counter: .counter
    case .histogram: .histogram
    case .summary: .summary
    case .gauge: .gauge
    }
  }
}
