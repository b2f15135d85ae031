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
  /// Reads a file of the kernel whole and parses it. A file that cannot be read gives as many tables as one that can,
  /// without rows: those of other files keep their places beside it.
  init(of path: String, tables count: Int = 1, _ parse: (Span<UInt8>) -> TableReading) {
    var bytes: [UInt8] = []
    do {
      try KernelFile.read(path, into: &bytes)
      self = parse(bytes.span)
    } catch {
      self.init(Array(repeating: [], count: count), fault: error)
    }
  }

  /// The tables of several files, one after the other.
  init(joining readings: TableReading...) {
    self.init(
      readings.flatMap(\.tables), malformed: readings.reduce(0) { $0 &+ $1.malformed },
      fault: readings.lazy.compactMap(\.fault).first)
  }
}
