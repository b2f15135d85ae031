// One family of cAdvisor's that has a sample a device.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `container_fs_*_total`.
struct CgroupDeviceColumn: Sendable {
  private let family: MetricFamily
  private let figure: CgroupTraffic.Figure

  init(_ what: String, _ help: String, _ figure: CgroupTraffic.Figure) {
    family = MetricFamily("container_fs_\(what)_total", .counter, help: help)
    self.figure = figure
  }

  /// Writes the samples of all cgroups that have any.
  func write(_ cgroups: [Cgroup], into sink: any SampleSink) {
    var isOpen = false
    for cgroup in cgroups {
      for device in cgroup.traffic.devices {
        guard let value = device[figure] else { continue }
        if !isOpen { sink.family(family) }
        isOpen = true
        sink.sample(device.labels, .unsigned(value))
      }
    }
  }
}
