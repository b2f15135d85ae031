// The label sets of one process, made once for its life.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Labels of a process's series.
struct ProcessLabels {
  let plain: LabelSet
  let user: LabelSet
  let system: LabelSet
  let voluntary: LabelSet
  let involuntary: LabelSet
  let minorFaults: LabelSet
  let majorFaults: LabelSet
  private let service: String
  private let name: String
  private let startTicks: UInt64

  init(pid: Int32, service: String, stat: ProcessStat) {
    plain = LabelSet([("service", service), ("pid", String(pid)), ("name", stat.name)])
    user = plain.adding([("mode", "user")])
    system = plain.adding([("mode", "system")])
    voluntary = plain.adding([("type", "voluntary")])
    involuntary = plain.adding([("type", "involuntary")])
    minorFaults = plain.adding([("type", "minor")])
    majorFaults = plain.adding([("type", "major")])
    self.service = service
    name = stat.name
    startTicks = stat.startTicks
  }

  /// Whether they still are this process's.
  func belongs(to service: String, _ stat: ProcessStat) -> Bool {
    self.service == service && name == stat.name && startTicks == stat.startTicks
  }
}
