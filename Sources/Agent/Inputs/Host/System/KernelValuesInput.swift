// Files of /proc/sys that are one number each, read every some seconds because nobody waits for them.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Single numbers of the kernel.
final class KernelValuesInput: Input {
  let name: String
  let isCheap = false
  let interval = Limits.helperSourceSeconds
  var malformedLines: UInt64 { files.reduce(0) { $0 &+ $1.text.malformed } }

  private struct File {
    let text: KernelText
    let family: MetricFamily
    var value: UInt64?
  }

  private var files: [File]

  private init(_ name: String, _ files: [File]) {
    self.name = name
    self.files = files
  }

  /// `node_entropy_*`; see random(4).
  static func entropy(paths: KernelPaths, log: any EventLog) -> KernelValuesInput {
    let folder = paths.proc + "/sys/kernel/random/"
    return KernelValuesInput(
      "entropy",
      [
        File(
          text: KernelText(folder + "entropy_avail", log: log),
          family: MetricFamily("node_entropy_available_bits", .gauge, help: "Entropy that the kernel has, in bits.")),
        File(
          text: KernelText(folder + "poolsize", log: log),
          family: MetricFamily(
            "node_entropy_pool_size_bits", .gauge, help: "Entropy that the kernel may have, in bits.")),
      ])
  }

  /// `node_kernel_hung_tasks_total`, since Linux 6.13.
  static func hungTasks(paths: KernelPaths, log: any EventLog) -> KernelValuesInput {
    KernelValuesInput(
      "kernel_hung",
      [
        File(
          text: KernelText(paths.proc + "/sys/kernel/hung_task_detect_count", log: log),
          family: MetricFamily(
            "node_kernel_hung_tasks_total", .counter, help: "Tasks found to hang since the machine started."))
      ])
  }

  func sample(at now: Moment) {
    for index in files.indices {
      files[index].value = nil
      let text = files[index].text
      if !text.read() { continue }
      let bytes = text.bytes
      files[index].value = KernelValuesInput.value(bytes.span)
      if files[index].value == nil { text.malformed &+= 1 }
    }
  }

  private static func value(_ bytes: Span<UInt8>) -> UInt64? {
    var lines = Splitter.lines(bytes)
    return lines.next(in: bytes).flatMap { bytes.unsigned($0) }
  }

  func collect(into sink: any SampleSink) {
    for file in files {
      guard let value = file.value else { continue }
      sink.family(file.family)
      sink.sample(.empty, .unsigned(value))
    }
  }
}
