// A kernel file as an input holds it: kept open, read whole into one buffer, opened anew after a failure. Whether it can
// be read is said when that changes, not every second.
// SPDX-License-Identifier: Apache-2.0

/// The text of a kernel file at the last reading.
final class KernelText {
  private let path: String
  private let log: any EventLog
  private var file: KernelFile?
  private var wasReadable = true
  /// The text of the last reading; empty when it failed.
  private(set) var bytes: [UInt8] = []
  /// Lines that were not of the expected form.
  var malformed: UInt64 = 0

  init(_ path: String, log: any EventLog) {
    self.path = path
    self.log = log
  }

  /// Reads the file; false when it cannot be read now.
  func read() -> Bool {
    do {
      if file == nil { file = try KernelFile(path) }
      try file?.read(into: &bytes)
      if !wasReadable { log.log(.info, "readable again", [("path", path)]) }
      wasReadable = true
      return true
    } catch {
      file = nil
      bytes.removeAll(keepingCapacity: true)
      if wasReadable { log.log(.warning, "cannot be read; its metrics are absent", [("error", error.description)]) }
      wasReadable = false
      return false
    }
  }
}
