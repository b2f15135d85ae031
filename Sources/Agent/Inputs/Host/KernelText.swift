// A kernel file as an input holds it: kept open, read whole into one buffer, opened anew after a failure. Whether it can
// be read is said when that changes, not every second. A file that this kernel never had is news of no weight; one that
// is there and refuses, or goes away, is a fault.
// SPDX-License-Identifier: Apache-2.0

/// The text of a kernel file at the last reading.
final class KernelText {
  private enum State {
    case unknown
    case readable
    case failing
  }

  private let path: String
  private let log: any EventLog
  private let consequence: String
  private var file: KernelFile?
  private var state = State.unknown
  /// The text of the last reading; empty when it failed.
  private(set) var bytes: [UInt8] = []
  /// Lines that were not of the expected form.
  var malformed: UInt64 = 0

  /// `consequence` completes "it cannot be read; ...".
  init(_ path: String, log: any EventLog, consequence: String = "its metrics are absent") {
    self.path = path
    self.log = log
    self.consequence = consequence
  }

  /// Reads the file; false when it cannot be read now.
  func read() -> Bool {
    do {
      if file == nil { file = try KernelFile(path) }
      try file?.read(into: &bytes)
      if state == .failing { log.log(.info, "readable again", [("path", path)]) }
      state = .readable
      return true
    } catch {
      file = nil
      bytes.removeAll(keepingCapacity: true)
      say(error)
      state = .failing
      return false
    }
  }

  private func say(_ error: SystemError) {
    switch state {
    case .failing: return
    case .unknown where error.isGone || error.isUnsupported:
      log.log(.info, "not on this kernel; \(consequence)", [("path", path)])
    case .unknown, .readable:
      log.log(.warning, "cannot be read; \(consequence)", [("error", error.description)])
    }
  }
}
