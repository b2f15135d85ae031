// What one reading of a table's source gave.
// SPDX-License-Identifier: Apache-2.0

/// Tables, in the order of their source's shapes.
struct TableReading: Sendable {
  /// The rows of each table.
  var tables: [[TableRow]]
  /// Lines that were not of the expected form.
  var malformed: UInt64 = 0
  /// Why there is nothing, when that is news.
  var fault: SystemError?

  init(_ tables: [[TableRow]], malformed: UInt64 = 0, fault: SystemError? = nil) {
    self.tables = tables
    self.malformed = malformed
    self.fault = fault
  }
}

extension TableReading {
  /// Reads a file of the kernel whole and parses it.
  init(of path: String, _ parse: (Span<UInt8>) -> TableReading) {
    var bytes: [UInt8] = []
    do {
      try KernelFile.read(path, into: &bytes)
      self = parse(bytes.span)
    } catch {
      self.init([], fault: error)
    }
  }
}
