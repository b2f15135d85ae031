// The files of a process whose figures are read at every walk, kept open between: an open file stays that process's, and
// reading it again costs half of finding it. One that may not be opened is tried again each time, since rights may change.
// SPDX-License-Identifier: Apache-2.0

/// /proc/PID/{io,status,fd} of one process.
final class ProcessFiles {
  let pid: Int32
  let startTicks: UInt64
  private let ioPath: String
  private let statusPath: String
  private let descriptorsPath: String
  private let keepsOpen: Bool
  private var io: KernelFile?
  private var status: KernelFile?

  /// Opens nothing yet. `keepsOpen` is false where there are too many files open already.
  init(_ directory: String, pid: Int32, startTicks: UInt64, keepsOpen: Bool) {
    self.pid = pid
    self.startTicks = startTicks
    ioPath = directory + "/io"
    statusPath = directory + "/status"
    descriptorsPath = directory + "/fd"
    self.keepsOpen = keepsOpen
  }

  /// The figures of now. `denied` is called with the name of each file that may not be read.
  func read(into buffer: inout [UInt8], denied: (String) -> Void) -> ProcessFigures {
    var figures = ProcessFigures()
    if load(&io, ioPath, "io", &buffer, denied) { figures.parseIO(buffer.span) }
    if load(&status, statusPath, "status", &buffer, denied) { figures.parseStatus(buffer.span) }
    do throws(SystemError) {
      let size = try Directory.size(descriptorsPath)
      figures.openDescriptors = size > 0 ? size : UInt64(try Directory.numbers(descriptorsPath).count)
    } catch {
      if error.isDenied { denied("fd") }
    }
    return figures
  }

  private func load(
    _ file: inout KernelFile?, _ path: String, _ name: String, _ buffer: inout [UInt8], _ denied: (String) -> Void
  ) -> Bool {
    do throws(SystemError) {
      if file == nil { file = try KernelFile(path) }
      try file?.readRecord(into: &buffer)
      if !keepsOpen { file = nil }
      return true
    } catch {
      file = nil
      if error.isDenied { denied(name) }
      return false
    }
  }
}
