// Network devices from /proc/net/dev: two lines of head, then
//
//       eth0:    5903      41    0    0    0     0          0         0     5713      61    0    0    0     0       0          0
//
// The file is that of the reader's network namespace. Devices stand in the same order from one reading to the next, so a
// name is looked for where it stood before, and the figures go into arrays that stay.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_network_*_total`.
final class NetworkInput: KernelTextInput {
  let name = "netdev"
  let isCheap = true
  /// In the file's order.
  private static let families = [
    "receive_bytes", "receive_packets", "receive_errs", "receive_drop", "receive_fifo", "receive_frame",
    "receive_compressed", "receive_multicast", "transmit_bytes", "transmit_packets", "transmit_errs", "transmit_drop",
    "transmit_fifo", "transmit_colls", "transmit_carrier", "transmit_compressed",
  ].map { MetricFamily("node_network_\($0)_total", .counter, help: "Network device statistic \($0).") }

  private static let leftOutFamily = MetricFamily(
    "vitals_network_devices_left_out", .gauge,
    help: "Network devices past the limit of \(Limits.networkDevices) that have no series.")

  let text: KernelText
  private let filter: NameFilter
  /// The label set of each name; nil when it is not wanted.
  private var names = RememberedKeys<LabelSet?>()
  private var devices: [LabelSet] = []
  /// The figures of all devices, one after the other.
  private var values: [UInt64] = []
  private var seen: Set<LabelSet> = []
  private var leftOut = 0

  init(paths: KernelPaths, devices: NameFilter = .standard, log: any EventLog) {
    // /proc/net links to the reading thread's own /proc/self/net.
    text = KernelText(paths.proc + "/net/dev", log: log)
    filter = devices
  }

  func clear() {
    devices.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    seen.removeAll(keepingCapacity: true)
    leftOut = 0
  }

  func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    var place = 0
    while let line = lines.next(in: bytes) {
      // A device's name may hold a colon (an alias): the last one ends it. The head has none.
      guard let colon = line.last(where: { bytes[$0] == UInt8(ascii: ":") }) else { continue }
      var fields = Splitter.fields(line.lowerBound..<colon)
      guard let name = fields.next(in: bytes) else {
        text.malformed &+= 1
        continue
      }
      let wanted = names.value(at: place, name, in: bytes) { key in
        let device = String(decoding: key, as: UTF8.self)
        return filter.takes(device) ? LabelSet([("device", device)]) : nil
      }
      place += 1
      if let wanted { take(wanted, colon + 1..<line.upperBound, bytes) }
    }
  }

  private func take(_ device: LabelSet, _ range: Range<Int>, _ bytes: Span<UInt8>) {
    let start = values.count
    var fields = Splitter.fields(range)
    while values.count < start + NetworkInput.families.count, let field = fields.next(in: bytes),
      let value = bytes.unsigned(field)
    {
      values.append(value)
    }
    // Two names that differ in bytes that are not UTF-8 only would make one series twice.
    if values.count < start + NetworkInput.families.count || !seen.insert(device).inserted {
      text.malformed &+= 1
    } else if devices.count >= Limits.networkDevices {
      leftOut += 1
    } else {
      return devices.append(device)
    }
    values.removeLast(values.count - start)
  }

  func collect(into sink: any SampleSink) {
    if devices.isEmpty { return }
    let (known, figures) = (devices, values)
    let devices = known.span
    let values = figures.span
    let width = NetworkInput.families.count
    for (column, family) in NetworkInput.families.enumerated() {
      sink.family(family)
      for row in devices.indices { sink.sample(devices, row, .unsigned(values[row * width + column])) }
    }
    sink.family(NetworkInput.leftOutFamily)
    sink.sample(.empty, .integer(Int64(leftOut)))
  }
}
