// Sockets in use and the memory of their protocols, from /proc/net/sockstat and sockstat6:
//
//     sockets: used 16
//     TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 24
//     FRAG: inuse 0 memory 0
//
// `mem` is in pages, `memory` in bytes.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_sockstat_*`.
final class SocketStatInput: Input {
  let name = "sockstat"
  let isCheap = true
  var malformedLines: UInt64 { texts.reduce(0) { $0 &+ $1.malformed } }

  /// Where a figure goes, and where the same in bytes.
  private struct Figure {
    let place: Int
    let bytesPlace: Int?
  }

  private let texts: [KernelText]
  private var keys: [RememberedKeys<[Figure?]>]
  private var numbers = NamedNumbers()

  init(paths: KernelPaths, log: any EventLog) {
    texts = ["sockstat", "sockstat6"].map { KernelText("\(paths.proc)/net/\($0)", log: log) }
    keys = [RememberedKeys(), RememberedKeys()]
  }

  private static let known = ["inuse", "orphan", "tw", "alloc", "mem", "memory"]

  func sample(at now: Moment) {
    numbers.clear()
    for (index, text) in texts.enumerated() where text.read() {
      let bytes = text.bytes
      parse(bytes.span, index)
    }
  }

  private func parse(_ bytes: Span<UInt8>, _ file: Int) {
    var lines = Splitter.lines(bytes)
    var row = 0
    while let line = lines.next(in: bytes) {
      var fields = Splitter.fields(line)
      guard let proto = fields.next(in: bytes) else { continue }
      let figures = keys[file].value(at: row, proto, in: bytes) { self.figures(String(decoding: $0, as: UTF8.self)) }
      row += 1
      if !take(&fields, figures, bytes) { texts[file].malformed &+= 1 }
    }
  }

  /// The figures that a protocol may have, in the order of the known words.
  private func figures(_ word: String) -> [Figure?] {
    guard word.hasSuffix(":") else { return [] }
    let proto = String(word.dropLast())
    if proto == "sockets" {
      let place = place("sockets_used", "Sockets of all protocols in use.")
      return [place.map { Figure(place: $0, bytesPlace: nil) }]
    }
    return SocketStatInput.known.map { state in
      guard let place = place("\(proto)_\(state)", "Number of \(proto) sockets in state \(state).") else { return nil }
      let bytes = state == "mem" ? self.place("\(proto)_mem_bytes", "Bytes that \(proto) sockets hold.") : nil
      return Figure(place: place, bytesPlace: bytes)
    }
  }

  private func place(_ name: String, _ help: String) -> Int? {
    let name = "node_sockstat_" + name
    guard NamedNumbers.isName(name) else { return nil }
    return numbers.place(of: name) { MetricFamily(name, .gauge, help: help) }
  }

  /// Takes pairs of a word and a number; false at what is no such pair.
  private func take(_ fields: inout Splitter, _ figures: [Figure?], _ bytes: Span<UInt8>) -> Bool {
    if figures.isEmpty { return false }
    var isWhole = false
    while let word = fields.next(in: bytes) {
      guard let value = fields.next(in: bytes).flatMap({ bytes.unsigned($0) }) else { return false }
      isWhole = true
      guard let index = SocketStatInput.index(of: word, figures.count, bytes), let figure = figures[index] else {
        continue
      }
      if !numbers.set(figure.place, value) { return false }
      if let place = figure.bytesPlace {
        let (size, overflow) = value.multipliedReportingOverflow(by: UInt64(PageSize.bytes))
        if overflow || !numbers.set(place, size) { return false }
      }
    }
    return isWhole
  }

  private static func index(of word: Range<Int>, _ count: Int, _ bytes: Span<UInt8>) -> Int? {
    if count == 1 { return bytes.equals(word, "used") ? 0 : nil }
    let names: [StaticString] = ["inuse", "orphan", "tw", "alloc", "mem", "memory"]
    return names.firstIndex { bytes.equals(word, $0) }
  }

  func collect(into sink: any SampleSink) { numbers.collect(into: sink) }
}
