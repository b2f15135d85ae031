// Network devices from /proc/net/dev: two lines of head, then
//
//       eth0:    5903      41    0    0    0     0          0         0     5713      61    0    0    0     0       0          0
//
// The file is that of the reader's network namespace.
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

  let text: KernelText
  private var labels = KeyedLabels("device")
  private var devices: [(labels: LabelSet, values: [UInt64])] = []

  init(paths: KernelPaths, log: any EventLog) {
    // /proc/net links to the reading thread's own /proc/self/net.
    text = KernelText(paths.proc + "/net/dev", log: log)
  }

  func clear() { devices.removeAll(keepingCapacity: true) }

  func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      // A device's name may hold a colon (an alias): the last one ends it. The head has none.
      guard let colon = line.last(where: { bytes[$0] == UInt8(ascii: ":") }) else { continue }
      var names = Splitter.fields(line.lowerBound..<colon)
      var fields = Splitter.fields(colon + 1..<line.upperBound)
      var values: [UInt64] = []
      while let value = fields.next(in: bytes).flatMap({ bytes.unsigned($0) }) { values.append(value) }
      // Two names that differ in bytes that are not UTF-8 only would make one series twice.
      guard let device = names.next(in: bytes).map({ labels.labels(bytes.string($0)) }),
        !devices.contains(where: { $0.labels == device }), values.count >= NetworkInput.families.count
      else {
        text.malformed &+= 1
        continue
      }
      devices.append((device, values))
    }
  }

  func collect(into sink: any SampleSink) {
    for (index, family) in NetworkInput.families.enumerated() {
      sink.family(family)
      for device in devices { sink.sample(device.labels, .unsigned(device.values[index])) }
    }
  }
}
