// InfiniBand and RoCE adapters from /sys/class/infiniband: what they are, and for each port its state, its rate and a file
// a counter. Which counters there are depends on the driver and the kernel. See the kernel's
// Documentation/ABI/stable/sysfs-class-infiniband.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_infiniband_*`.
struct InfiniBandTable: TableSource {
  let name = "infiniband"
  let path: String?
  private let folder: String

  init(paths: KernelPaths) {
    folder = paths.sys + "/class/infiniband"
    path = folder
  }

  private static func gauge(_ name: String, _ help: String) -> MetricFamily {
    MetricFamily("node_infiniband_" + name, .gauge, help: help)
  }

  private static let states = [
    gauge("state_id", "The port's state: 1 down, 2 initializing, 3 armed, 4 active, 5 active and deferred."),
    gauge(
      "physical_state_id",
      "The port's physical state: 1 sleeping, 2 polling, 3 disabled, 4 training, 5 up, 6 recovering, 7 testing."),
    gauge("rate_bytes_per_second", "The port's rate."),
    gauge("lifespan_seconds", "How long the adapter keeps a reading of its hardware's counters."),
  ]

  var shapes: [TableShape] {
    [
      TableShape(
        labels: ["device", "board_id", "firmware_version", "hca_type"],
        families: [InfiniBandTable.gauge("info", "What an adapter is, from /sys/class/infiniband; always 1.")]),
      TableShape(
        labels: ["device", "port"], families: InfiniBandTable.states + InfiniBandCounter.all.map(\.family)),
    ]
  }

  func read() -> TableReading {
    var adapters: [TableRow] = []
    var ports: [TableRow] = []
    do {
      for device in try Directory.names(folder) {
        let base = "\(folder)/\(device)"
        let texts = ["board_id", "fw_ver", "hca_type"].map { SysfsFile.text("\(base)/\($0)") ?? "" }
        adapters.append(TableRow(keys: [device] + texts, values: [.integer(1)]))
        for port in (try? Directory.names(base + "/ports")) ?? [] {
          ports.append(TableRow(keys: [device, port], values: values("\(base)/ports/\(port)/")))
        }
      }
    } catch {
      return TableReading([], fault: error)
    }
    return TableReading([adapters, ports])
  }

  private func values(_ port: String) -> [MetricValue?] {
    let rate = SysfsFile.text(port + "rate").flatMap { InfiniBandTable.rate($0) }
    let lifespan = SysfsFile.unsigned(port + "hw_counters/lifespan")
    let states: [MetricValue?] = [
      SysfsFile.text(port + "state").flatMap { InfiniBandTable.state($0) }.map { .unsigned($0) },
      SysfsFile.text(port + "phys_state").flatMap { InfiniBandTable.state($0) }.map { .unsigned($0) },
      rate.map { .unsigned($0) }, lifespan.map { .double(Double($0) / 1_000) },
    ]
    return states
      + InfiniBandCounter.all.map { counter in
        SysfsFile.unsigned(port + counter.file).map { .unsigned($0 &* counter.scale) }
      }
  }

  /// The number of `4: ACTIVE`.
  static func state(_ text: String) -> UInt64? { text.split(separator: ":").first.flatMap { UInt64($0) } }

  /// Bytes a second of `100 Gb/sec (4X EDR)`.
  static func rate(_ text: String) -> UInt64? {
    let words = text.split(separator: " ")
    guard words.count > 1, words[1] == "Gb/sec", let gigabits = Double(words[0]) else { return nil }
    return UInt64(exactly: (gigabits * 125_000_000).rounded())
  }
}
