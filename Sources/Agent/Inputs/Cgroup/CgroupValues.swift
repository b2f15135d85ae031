// The figures of one cgroup at one moment: a fixed array, so that a sample allocates nothing.
// SPDX-License-Identifier: Apache-2.0

/// Figures; nil is unknown.
struct CgroupValues {
  /// What stands for `max` and `-1`. Version 1 says "no limit" with the largest number of pages instead.
  static let unlimited = UInt64.max
  private static let count = CgroupFigure.allCases.count
  private var values = [UInt64?](repeating: nil, count: CgroupValues.count)

  subscript(figure: CgroupFigure) -> UInt64? {
    get { values[figure.rawValue] }
    set { values[figure.rawValue] = newValue }
  }

  /// A limit; nil when there is none or it is unknown.
  func limit(_ figure: CgroupFigure) -> UInt64? { self[figure].flatMap { CgroupValues.isLimit($0) ? $0 : nil } }

  /// Whether a figure that is a limit is one. cAdvisor draws the line at the same place.
  static func isLimit(_ value: UInt64) -> Bool { value < 1 << 62 }

  /// How many cores the quota gives; nil without one.
  var cores: Double? {
    guard let quota = limit(.quota), let period = self[.period], period > 0 else { return nil }
    return Double(quota) / Double(period)
  }

  /// Usage less inactive file pages, as cAdvisor and the kubelet reckon it.
  mutating func derive() {
    self[.workingSet] = nil
    guard let usage = self[.memoryUsage], let inactive = self[.inactiveFile] else { return }
    self[.workingSet] = usage > inactive ? usage - inactive : 0
  }
}
