// Fibre Channel adapters from /sys/class/fc_host: what they are, and counters of their link, in hexadecimal. A counter of
// all ones is one that the adapter's firmware does not keep, and one that cannot be read is absent too, also those of a
// port that is off, which node_exporter has as zeros. See the kernel's Documentation/scsi/scsi_fc_transport.rst.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_fibrechannel_*`.
struct FibreChannelTable: TableSource {
  let name = "fibrechannel"
  let path: String?
  private let folder: String

  init(paths: KernelPaths) {
    folder = paths.sys + "/class/fc_host"
    path = folder
  }

  private static func counter(_ file: String, _ name: String, _ help: String) -> (file: String, family: MetricFamily) {
    (file, MetricFamily("node_fibrechannel_\(name)_total", .counter, help: help))
  }

  private static let counters = [
    counter("dumped_frames", "dumped_frames", "Frames that were thrown away."),
    counter("error_frames", "error_frames", "Frames with errors."),
    counter("invalid_crc_count", "invalid_crc", "Frames whose checksum was wrong."),
    counter("rx_frames", "rx_frames", "Frames received."),
    counter("rx_words", "rx_words", "Words received."),
    counter("tx_frames", "tx_frames", "Frames transmitted."),
    counter("tx_words", "tx_words", "Words transmitted."),
    counter("seconds_since_last_reset", "seconds_since_last_reset", "Seconds since the port was reset."),
    counter("invalid_tx_word_count", "invalid_tx_words", "Invalid words that the port transmitted."),
    counter("link_failure_count", "link_failure", "Times that the link failed."),
    counter("loss_of_sync_count", "loss_of_sync", "Times that the bits' or words' boundaries were lost."),
    counter("loss_of_signal_count", "loss_of_signal", "Times that the signal was lost."),
    counter("nos_count", "nos", "Not-operational primitive sequences received."),
    counter("fcp_packet_aborts", "fcp_packet_aborts", "Packets that were aborted."),
  ]

  /// The labels of the information, and whether their files begin with `0x`, which is not shown.
  private static let texts: [(label: String, isHexadecimal: Bool)] = [
    ("speed", false), ("port_state", false), ("port_type", false), ("port_id", true), ("port_name", true),
    ("fabric_name", true), ("symbolic_name", false), ("supported_classes", false), ("supported_speeds", false),
    ("dev_loss_tmo", false),
  ]

  var shapes: [TableShape] {
    let help = "What a Fibre Channel adapter is, from /sys/class/fc_host; always 1."
    return [
      TableShape(
        labels: ["fc_host"] + FibreChannelTable.texts.map(\.label),
        families: [MetricFamily("node_fibrechannel_info", .gauge, help: help)]),
      TableShape(labels: ["fc_host"], families: FibreChannelTable.counters.map(\.family)),
    ]
  }

  func read() -> TableReading {
    do {
      let hosts = try Directory.names(folder)
      return TableReading([hosts.map(information), hosts.map(statistics)])
    } catch {
      return TableReading([], fault: error)
    }
  }

  private func information(_ host: String) -> TableRow {
    let texts = FibreChannelTable.texts.map { label, isHexadecimal in
      let text = SysfsFile.text("\(folder)/\(host)/\(label)") ?? ""
      return isHexadecimal && text.hasPrefix("0x") ? String(text.dropFirst(2)) : text
    }
    return TableRow(keys: [host] + texts, values: [.integer(1)])
  }

  private func statistics(_ host: String) -> TableRow {
    let values = FibreChannelTable.counters.map { counter -> MetricValue? in
      let value = SysfsFile.unsigned("\(folder)/\(host)/statistics/\(counter.file)")
      return value.flatMap { $0 == .max ? nil : .unsigned($0) }
    }
    return TableRow(keys: [host], values: values)
  }
}
