// Tape drives, from /sys/class/scsi_tape/stN/stats. See the kernel's Documentation/scsi/st.rst.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_tape_*`.
struct TapeSource: HelperSource {
  let name = "tapestats"
  let paths: KernelPaths
  private var root: String { paths.sys + "/class/scsi_tape" }
  var places: [String] { [root] }

  init(paths: KernelPaths) { self.paths = paths }

  private static let statistics = [
    DeviceAttribute("in_flight", "node_tape_io_now", help: "Requests that the drive works on."),
    DeviceAttribute(
      "io_ns", "node_tape_io_time_seconds_total", .counter, scale: 1e-9,
      help: "Time waited for the drive, moves of the tape included."),
    DeviceAttribute("other_cnt", "node_tape_io_others_total", .counter, help: "Requests other than reads and writes."),
    DeviceAttribute("read_byte_cnt", "node_tape_read_bytes_total", .counter, help: "Bytes read."),
    DeviceAttribute("read_cnt", "node_tape_reads_completed_total", .counter, help: "Reads done."),
    DeviceAttribute(
      "read_ns", "node_tape_read_time_seconds_total", .counter, scale: 1e-9, help: "Time waited for reads."),
    DeviceAttribute("resid_cnt", "node_tape_residual_total", .counter, help: "Requests of which a rest was not done."),
    DeviceAttribute("write_byte_cnt", "node_tape_written_bytes_total", .counter, help: "Bytes written."),
    DeviceAttribute("write_cnt", "node_tape_writes_completed_total", .counter, help: "Writes done."),
    DeviceAttribute(
      "write_ns", "node_tape_write_time_seconds_total", .counter, scale: 1e-9, help: "Time waited for writes."),
  ]

  func read(_ reader: inout HelperReader) {
    for (name, _) in reader.numbered("st", in: root) {
      reader.add(TapeSource.statistics, in: "\(root)/\(name)/stats", LabelSet([("device", name)]))
    }
  }
}
