// Counters of the network stack. /proc/net/netstat and snmp have a line of names and a line of numbers for each protocol,
// snmp6 a name and a number a line:
//
//     Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens
//     Tcp: 1 200 120000 -1 80704 79233
//     Udp6InDatagrams                 	0
//
// Rendering them costs the kernel some hundred microseconds, which is why a scrape does not read them again. The lines
// of names are the same at each reading: which columns are wanted is remembered for each.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_netstat_*`.
final class NetstatInput: Input {
  let name = "netstat"
  let isCheap = false
  var malformedLines: UInt64 { texts.reduce(lines6.malformed) { $0 &+ $1.malformed } }

  /// The wanted columns of a line of names.
  private struct Columns {
    let count: Int
    let wanted: [(column: Int, place: Int)]
  }

  private let texts: [KernelText]
  private let lines6: KernelText
  private var heads: [RememberedKeys<Columns?>]
  private var keys6 = RememberedKeys<Int?>()
  private var numbers = NamedNumbers()

  init(paths: KernelPaths, log: any EventLog) {
    texts = ["netstat", "snmp"].map { KernelText("\(paths.proc)/net/\($0)", log: log) }
    lines6 = KernelText(paths.proc + "/net/snmp6", log: log)
    heads = [RememberedKeys(), RememberedKeys()]
  }

  func sample(at now: Moment) {
    numbers.clear()
    for (index, text) in texts.enumerated() where text.read() {
      let bytes = text.bytes
      parse(bytes.span, index)
    }
    if lines6.read() {
      let bytes = lines6.bytes
      parse6(bytes.span)
    }
  }

  private func parse(_ bytes: Span<UInt8>, _ file: Int) {
    var lines = Splitter.lines(bytes)
    var place = 0
    while let head = lines.next(in: bytes) {
      let columns = heads[file].value(at: place, head, in: bytes) { self.columns($0) }
      place += 1
      guard let row = lines.next(in: bytes), let columns, take(row, columns, bytes) else {
        texts[file].malformed &+= 1
        continue
      }
    }
  }

  /// What a line of names says; nil when it is none.
  private func columns(_ head: [UInt8]) -> Columns? {
    let words = String(decoding: head, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
    guard let proto = words.first, proto.hasSuffix(":") else { return nil }
    var wanted: [(column: Int, place: Int)] = []
    for (column, field) in words.enumerated().dropFirst() {
      if let place = place(String(proto.dropLast()), String(field)) { wanted.append((column, place)) }
    }
    return Columns(count: words.count, wanted: wanted)
  }

  /// The place of a counter; nil when it is not wanted.
  private func place(_ proto: String, _ field: String) -> Int? {
    let name = "node_netstat_\(proto)_\(field)"
    guard NetstatFields.isWanted(proto, field), NamedNumbers.isName(name) else { return nil }
    return numbers.place(of: name) { MetricFamily(name, .unknown, help: "Statistic \(proto)\(field).") }
  }

  /// Takes the wanted columns of a line of numbers; false when it does not fit the line of names.
  private func take(_ row: Range<Int>, _ columns: Columns, _ bytes: Span<UInt8>) -> Bool {
    if columns.wanted.isEmpty { return true }
    var fields = Splitter.pieces(row, separator: UInt8(ascii: " "))
    var column = 0
    var next = 0
    var isWhole = true
    while let field = fields.next(in: bytes) {
      if next < columns.wanted.count, columns.wanted[next].column == column {
        let value = bytes.unsigned(field)
        let isNew = value.map { numbers.set(columns.wanted[next].place, $0) } ?? false
        isWhole = isWhole && isNew
        next += 1
      }
      column += 1
    }
    return isWhole && column == columns.count
  }

  private func parse6(_ bytes: Span<UInt8>) {
    var lines = Splitter.lines(bytes)
    var row = 0
    while let line = lines.next(in: bytes) {
      var words = Splitter.fields(line)
      guard let key = words.next(in: bytes) else { continue }
      let place = keys6.value(at: row, key, in: bytes) { self.place6(String(decoding: $0, as: UTF8.self)) }
      row += 1
      guard let place else { continue }
      // Blanks and a tab stand before the number.
      var tabs = Splitter.pieces(words.remainder, separator: UInt8(ascii: "\t"))
      _ = tabs.next(in: bytes)
      if let value = tabs.next(in: bytes).flatMap({ bytes.unsigned($0) }), numbers.set(place, value) { continue }
      lines6.malformed &+= 1
    }
  }

  /// The protocol's name ends with its first 6.
  private func place6(_ key: String) -> Int? {
    guard let six = key.firstIndex(of: "6") else { return nil }
    return place(String(key[...six]), String(key[key.index(after: six)...]))
  }

  func collect(into sink: any SampleSink) { numbers.collect(into: sink) }
}
