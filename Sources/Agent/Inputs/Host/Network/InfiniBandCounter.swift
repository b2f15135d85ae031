// The counters of an InfiniBand port: which file each is in and what it counts. `counters` are the standard's, and since
// Linux 4.5 of 64 bits; `counters_ext` has those of older kernels; `hw_counters` are the driver's own, named here as the
// mlx5 driver has them. Data is counted in words of four bytes.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// A counter of a port.
struct InfiniBandCounter: Sendable {
  /// Its file, below the port's folder.
  let file: String
  /// What one of it is in the family's unit.
  let scale: UInt64
  /// Its family.
  let family: MetricFamily

  private init(_ file: String, _ name: String, scale: UInt64 = 1, _ help: String) {
    self.file = file
    self.scale = scale
    family = MetricFamily("node_infiniband_\(name)_total", .counter, help: help)
  }

  /// All that node_exporter knows.
  static let all = old + standard + driver

  private static func ext(_ file: String, _ name: String, scale: UInt64 = 1, _ help: String) -> InfiniBandCounter {
    InfiniBandCounter("counters_ext/" + file, "legacy_" + name, scale: scale, help)
  }

  private static let old = [
    ext("port_multicast_rcv_packets", "multicast_packets_received", "Multicast packets received; kernels before 4.5."),
    ext(
      "port_multicast_xmit_packets", "multicast_packets_transmitted",
      "Multicast packets transmitted; kernels before 4.5."),
    ext("port_rcv_data_64", "data_received_bytes", scale: 4, "Bytes received; kernels before 4.5."),
    ext("port_rcv_packets_64", "packets_received", "Packets received; kernels before 4.5."),
    ext("port_unicast_rcv_packets", "unicast_packets_received", "Unicast packets received; kernels before 4.5."),
    ext(
      "port_unicast_xmit_packets", "unicast_packets_transmitted", "Unicast packets transmitted; kernels before 4.5."),
    ext("port_xmit_data_64", "data_transmitted_bytes", scale: 4, "Bytes transmitted; kernels before 4.5."),
    ext("port_xmit_packets_64", "packets_transmitted", "Packets transmitted; kernels before 4.5."),
  ]

  private static func port(_ file: String, _ name: String, scale: UInt64 = 1, _ help: String) -> InfiniBandCounter {
    InfiniBandCounter("counters/" + file, name, scale: scale, help)
  }

  private static let standard = [
    port(
      "excessive_buffer_overrun_errors", "excessive_buffer_overrun_errors",
      "Times that buffers overran in several periods of flow control on end."),
    port("link_downed", "link_downed", "Times that the link went down after an error."),
    port("link_error_recovery", "link_error_recovery", "Times that the link recovered from an error."),
    port(
      "local_link_integrity_errors", "local_link_integrity_errors",
      "Times that physical errors of the port passed their threshold."),
    port("multicast_rcv_packets", "multicast_packets_received", "Multicast packets received, with errors or without."),
    port(
      "multicast_xmit_packets", "multicast_packets_transmitted",
      "Multicast packets transmitted, with errors or without."),
    port(
      "port_rcv_constraint_errors", "port_constraint_errors_received",
      "Packets received by a switch's port and thrown away for its rules."),
    port(
      "port_xmit_constraint_errors", "port_constraint_errors_transmitted",
      "Packets that a switch's port did not transmit for its rules."),
    port("port_rcv_data", "port_data_received_bytes", scale: 4, "Bytes received, on all lanes together."),
    port("port_xmit_data", "port_data_transmitted_bytes", scale: 4, "Bytes transmitted, on all lanes together."),
    port(
      "port_rcv_discards", "port_discards_received", "Packets received and thrown away; the port was down or congested."
    ),
    port(
      "port_xmit_discards", "port_discards_transmitted",
      "Packets to transmit that were thrown away; the port was down or congested."),
    port("port_rcv_errors", "port_errors_received", "Packets received with an error."),
    port("port_rcv_packets", "port_packets_received", "Packets received, with errors or without."),
    port("port_xmit_packets", "port_packets_transmitted", "Packets transmitted, with errors or without."),
    port("port_xmit_wait", "port_transmit_wait", "Ticks in which the port had data to transmit and could not."),
    port("unicast_rcv_packets", "unicast_packets_received", "Unicast packets received, with errors or without."),
    port("unicast_xmit_packets", "unicast_packets_transmitted", "Unicast packets transmitted, with errors or without."),
    port(
      "port_rcv_remote_physical_errors", "port_receive_remote_physical_errors",
      "Packets received that were marked as bad on their way."),
    port(
      "port_rcv_switch_relay_errors", "port_receive_switch_relay_errors", "Packets that a switch could not pass on."),
    port("symbol_error", "symbol_error", "Minor errors on the link's lanes."),
    port("VL15_dropped", "vl15_dropped", "Management packets dropped for want of room."),
  ]

  private static func hw(_ file: String, _ name: String, _ help: String) -> InfiniBandCounter {
    InfiniBandCounter("hw_counters/" + file, name, help)
  }

  private static let driver = [
    hw("duplicate_request", "duplicate_requests_packets", "Requests received that had been carried out before."),
    hw("implied_nak_seq_err", "implied_nak_seq_errors", "Acknowledgements whose sequence number was too large."),
    hw("local_ack_timeout_err", "local_ack_timeout_errors", "Acknowledgements that did not come in time."),
    hw("np_cnp_sent", "np_cnp_packets_sent", "Congestion notifications sent."),
    hw(
      "np_ecn_marked_roce_packets", "np_ecn_marked_roce_packets_received", "RoCE packets received marked as congested."
    ),
    hw("out_of_buffer", "out_of_buffer_drops", "Packets dropped for want of a receive buffer."),
    hw("out_of_sequence", "out_of_sequence_packets_received", "Packets received out of order."),
    hw("packet_seq_err", "packet_sequence_errors", "Refusals received for the order of packets."),
    hw("req_cqe_error", "req_cqes_errors", "Requests that were completed with an error."),
    hw("req_cqe_flush_error", "req_cqes_flush_errors", "Requests that were flushed with an error."),
    hw("req_remote_access_errors", "req_remote_access_errors", "Requests to which the peer denied access."),
    hw("req_remote_invalid_request", "req_remote_invalid_request_errors", "Requests that the peer called invalid."),
    hw("resp_cqe_error", "resp_cqes_errors", "Answers that were completed with an error."),
    hw("resp_cqe_flush_error", "resp_cqes_flush_errors", "Answers that were flushed with an error."),
    hw("resp_local_length_error", "resp_local_length_errors", "Requests received of a wrong length."),
    hw("resp_remote_access_errors", "resp_remote_access_errors", "Requests received to which access was denied."),
    hw("rnr_nak_retry_err", "rnr_nak_retry_packets_received", "Refusals received because the peer was not ready."),
    hw("roce_adp_retrans", "roce_adp_retransmits", "Adaptive retransmissions of RoCE packets."),
    hw("roce_adp_retrans_to", "roce_adp_retransmits_timeout", "Times that adaptive retransmission ran out of time."),
    hw("roce_slow_restart", "roce_slow_restart_used", "Times that a slow restart was made."),
    hw("roce_slow_restart_cnps", "roce_slow_restart_cnps", "Congestion notifications made by a slow restart."),
    hw("roce_slow_restart_trans", "roce_slow_restart", "Changes to the state of slow restart."),
    hw("rp_cnp_handled", "rp_cnp_packets_handled", "Congestion notifications that slowed transmission."),
    hw("rp_cnp_ignored", "rp_cnp_ignored_packets_received", "Congestion notifications received and ignored."),
    hw("rx_atomic_requests", "rx_atomic_requests", "Atomic requests received."),
    hw("rx_dct_connect", "rx_dct_connect_requests", "Requests for a dynamic connection received."),
    hw("rx_read_requests", "rx_read_requests", "Read requests received."),
    hw("rx_write_requests", "rx_write_requests", "Write requests received."),
    hw("rx_icrc_encapsulated", "rx_icrc_encapsulated_errors", "RoCE packets received with a wrong checksum."),
  ]
}
