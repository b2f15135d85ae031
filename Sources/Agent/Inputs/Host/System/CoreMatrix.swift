// A table of the kernel with a column for each core: a head that names them, then lines of a name with a colon, numbers,
// and perhaps a text.
// SPDX-License-Identifier: Apache-2.0

/// Walks over such a table.
struct CoreMatrix {
  /// One line.
  struct Row {
    /// What stands before the colon.
    let name: String
    /// A number for each core, or fewer.
    let values: [UInt64]
    /// What stands behind the numbers.
    let rest: Range<Int>
  }

  /// The numbers of the cores, in the columns' order.
  let cores: [String]
  /// Lines that were not of the expected form.
  var malformed: UInt64 = 0
  private var lines: Splitter

  /// Reads the head.
  init(_ bytes: Span<UInt8>) {
    lines = Splitter.lines(bytes)
    var cores: [String] = []
    var fields = Splitter.fields(lines.next(in: bytes) ?? 0..<0)
    while let field = fields.next(in: bytes), field.count > 3, cores.count < Limits.cores,
      bytes.equals(field.lowerBound..<field.lowerBound + 3, "CPU"),
      let number = bytes.unsigned(field.lowerBound + 3..<field.upperBound)
    {
      cores.append(String(number))
    }
    self.cores = cores
  }

  /// The next line that has a name and a number; nil at the end.
  mutating func next(_ bytes: Span<UInt8>) -> Row? {
    while let line = lines.next(in: bytes) {
      if let colon = line.first(where: { bytes[$0] == UInt8(ascii: ":") }),
        let row = row(line.lowerBound..<colon, colon + 1..<line.upperBound, bytes)
      {
        return row
      }
      malformed &+= 1
    }
    return nil
  }

  private func row(_ head: Range<Int>, _ tail: Range<Int>, _ bytes: Span<UInt8>) -> Row? {
    var names = Splitter.fields(head)
    guard let name = names.next(in: bytes) else { return nil }
    var fields = Splitter.fields(tail)
    var rest = fields.remainder
    var values: [UInt64] = []
    while values.count < cores.count, let field = fields.next(in: bytes), let value = bytes.unsigned(field) {
      values.append(value)
      rest = fields.remainder
    }
    return values.isEmpty ? nil : Row(name: bytes.string(name), values: values, rest: rest)
  }
}
