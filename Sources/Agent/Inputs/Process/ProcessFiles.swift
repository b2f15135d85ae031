// The files of a process whose figures are read at every walk, kept open between: an open file stays that process's, and
// reading it again costs half of finding it. One that may not be opened is tried again each time, since rights may change.
// What changes seldom, its limits and its score, is read seldom, each process in a second of its own.
// SPDX-License-Identifier: Apache-2.0

/// /proc/PID/{io,status,fd}, and now and then {limits,oom_score}, of one process.
final class ProcessFiles {
  let pid: Int32
  let startTicks: UInt64
  private let directory: String
  private let ioPath: String
  private let statusPath: String
  private let descriptorsPath: String
  private let keepsOpen: Bool
  private var io: KernelFile?
  private var status: KernelFile?
  /// What is read seldom, and when it is due, in nanoseconds since boot.
  private var rare = ProcessFigures()
  private var rareDue: UInt64 = 0

  /// Opens nothing yet. `keepsOpen` is false where there are too many files open already.
  init(_ directory: String, pid: Int32, startTicks: UInt64, keepsOpen: Bool) {
    self.pid = pid
    self.startTicks = startTicks
    self.directory = directory
    ioPath = directory + "/io"
    statusPath = directory + "/status"
    descriptorsPath = directory + "/fd"
    self.keepsOpen = keepsOpen
  }

  /// The figures of now; without `now` those that are read seldom stay what they were. `denied` is called with the name
  /// of each file that may not be read.
  func read(_ now: Moment? = nil, into buffer: inout [UInt8], denied: (String) -> Void) -> ProcessFigures {
    if let now, now.boot >= rareDue { readRare(now, &buffer, denied) }
    var figures = rare
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

  private func readRare(_ now: Moment, _ buffer: inout [UInt8], _ denied: (String) -> Void) {
    let isFirst = rareDue == 0
    // Processes that were found together have their turns apart.
    let pause = isFirst ? 1 + UInt64(UInt32(bitPattern: pid)) % Limits.rareFiguresSeconds : Limits.rareFiguresSeconds
    rareDue = now.boot &+ pause &* 1_000_000_000
    rare = ProcessFigures()
    if once("limits", &buffer, denied) { rare.mostDescriptors = OpenFilesLimit.parse(buffer.span) }
    if once("oom_score", &buffer, denied) { rare.parseOOMScore(buffer.span) }
  }

  private func once(_ name: String, _ buffer: inout [UInt8], _ denied: (String) -> Void) -> Bool {
    do throws(SystemError) {
      try KernelFile("\(directory)/\(name)").readRecord(into: &buffer)
      return true
    } catch {
      if error.isDenied { denied(name) }
      return false
    }
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
