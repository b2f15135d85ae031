// Which zone the agent keeps, and which clocks the kernel has and uses.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_time_zone_offset_seconds`, `node_time_clocksource_*`.
struct TimeSource: HelperSource {
  let name = "time"
  let interval = Limits.rareSourceSeconds
  let paths: KernelPaths

  private static let zone = MetricFamily(
    "node_time_zone_offset_seconds", .gauge, help: "Seconds by which local time is ahead of UTC.")
  private static let available = MetricFamily(
    "node_time_clocksource_available_info", .gauge, help: "Clocks that the kernel could use.")
  private static let current = MetricFamily(
    "node_time_clocksource_current_info", .gauge, help: "The clock that the kernel uses.")

  func read(_ reader: inout HelperReader) {
    if let zone = TimeZone.current {
      reader.add(TimeSource.zone, LabelSet([("time_zone", zone.name)]), .integer(zone.offsetSeconds))
    }
    let root = paths.sys + "/devices/system/clocksource"
    for (name, number) in reader.numbered("clocksource", in: root) {
      func labels(_ clock: some StringProtocol) -> LabelSet {
        LabelSet([("device", number), ("clocksource", String(clock))])
      }
      let all = reader.text("\(root)/\(name)/available_clocksource") ?? ""
      for clock in all.split(separator: " ") { reader.add(TimeSource.available, labels(clock), .integer(1)) }
      if let clock = reader.words("\(root)/\(name)/current_clocksource") {
        reader.add(TimeSource.current, labels(clock), .integer(1))
      }
    }
  }
}
