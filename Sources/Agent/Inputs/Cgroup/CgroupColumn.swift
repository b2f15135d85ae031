// One family of cAdvisor's and where its samples come from.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// A family over all cgroups.
struct CgroupColumn: Sendable {
  /// When a figure is shown.
  enum Rule: Sendable {
    /// When it is known.
    case known
    /// When it is known; no limit is 0, as cAdvisor has it.
    case zeroWithoutLimit
    /// When it is known and a limit.
    case limit
    /// When it is known and the cgroup has a quota.
    case withQuota
  }

  /// A cgroup as the columns see it.
  typealias Row = (labels: CgroupLabels, values: CgroupValues)

  let family: MetricFamily
  private let figures: [(labels: CgroupLabels.Kind, figure: CgroupFigure)]
  /// What a unit of the family is in units of the figure; nil for the same.
  private let unit: Double?
  private let rule: Rule

  init(
    _ name: String, _ type: MetricType, _ help: String, _ figures: [(CgroupLabels.Kind, CgroupFigure)],
    per unit: Double? = nil, rule: Rule = .known
  ) {
    family = MetricFamily(name, type, help: help)
    self.figures = figures
    self.unit = unit
    self.rule = rule
  }

  init(
    _ name: String, _ type: MetricType, _ help: String, _ figure: CgroupFigure, per unit: Double? = nil,
    rule: Rule = .known
  ) {
    self.init(name, type, help, [(.plain, figure)], per: unit, rule: rule)
  }

  /// Writes the samples of all cgroups that have any.
  func write(_ rows: [Row], into sink: any SampleSink) {
    var isOpen = false
    for row in rows {
      for (kind, figure) in figures {
        guard let value = shown(figure, row.values) else { continue }
        if !isOpen { sink.family(family) }
        isOpen = true
        sink.sample(row.labels[kind], unit.map { .double(Double(value) / $0) } ?? .unsigned(value))
      }
    }
  }

  private func shown(_ figure: CgroupFigure, _ values: CgroupValues) -> UInt64? {
    guard let value = values[figure] else { return nil }
    switch rule {
    case .known: return value
    case .zeroWithoutLimit: return CgroupValues.isLimit(value) ? value : 0
    case .limit: return CgroupValues.isLimit(value) ? value : nil
    case .withQuota: return values.limit(.quota) == nil ? nil : value
    }
  }
}
