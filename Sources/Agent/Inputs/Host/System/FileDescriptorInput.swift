// Open files of the whole machine, from /proc/sys/fs/file-nr: allocated, free (always 0 since 2.6), maximum.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_filefd_allocated`, `node_filefd_maximum`.
final class FileDescriptorInput: KernelTextInput {
  let name = "filefd"
  let isCheap = true
  let text: KernelText
  private var values: [UInt64] = []

  init(paths: KernelPaths, log: any EventLog) { text = KernelText(paths.proc + "/sys/fs/file-nr", log: log) }

  func clear() { values.removeAll() }

  func parse(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    guard let line = lines.next(in: bytes) else { return }
    var pieces = Splitter.pieces(line, separator: 9)
    while let value = pieces.next(in: bytes).flatMap({ bytes.unsigned($0) }) { values.append(value) }
    if values.count < 3 {
      values.removeAll()
      text.malformed &+= 1
    }
  }

  func collect(into sink: any SampleSink) {
    guard values.count >= 3 else { return }
    sink.family(MetricFamily("node_filefd_allocated", .gauge, help: "File descriptor statistics: allocated."))
    sink.sample(.empty, .unsigned(values[0]))
    sink.family(MetricFamily("node_filefd_maximum", .gauge, help: "File descriptor statistics: maximum."))
    sink.sample(.empty, .unsigned(values[2]))
  }
}
