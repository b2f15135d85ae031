// Prometheus text 0.0.4, as other programs leave it in files:
//
//     # HELP backup_age_seconds Age of the last backup.
//     # TYPE backup_age_seconds gauge
//     backup_age_seconds{disk="a"} 4711
//
// Strict, because a file that was cut or garbled must not become half its metrics: the first fault ends it, named by its
// line. Source: Prometheus, "Exposition formats".
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Reads a text of metrics.
struct TextParser {
  private var families: [TextFamily] = []
  private var places: [String: Int] = [:]

  /// The families of a text, in its order.
  static func parse(_ bytes: [UInt8]) throws(TextFault) -> [TextFamily] {
    var parser = TextParser()
    var start = 0
    var number = 0
    while start < bytes.count {
      number += 1
      guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else {
        throw TextFault(line: number, reason: "the last line has no line feed: the file is not whole")
      }
      var line = TextLine(bytes[start..<end], number: number)
      line.skipBlanks()
      if line.take("#") { try parser.comment(&line) } else if !line.isAtEnd { try parser.sample(&line) }
      start = end + 1
    }
    return parser.families.filter { !$0.isEmpty }
  }

  /// `# HELP name text` and `# TYPE name type`; any other comment is none of ours.
  private mutating func comment(_ line: inout TextLine) throws(TextFault) {
    line.skipBlanks()
    let keyword = line.word()
    guard keyword == "HELP" || keyword == "TYPE" else { return }
    line.skipBlanks()
    let name = line.name(colon: true)
    guard !name.isEmpty, line.isAtEnd || line.isNext(" ") || line.isNext("\t") else {
      throw line.fault("\(keyword) of no metric's name")
    }
    let place = place(name)
    line.skipBlanks()
    if keyword == "HELP" {
      guard families[place].help == nil else { throw line.fault("a second HELP of \(name)") }
      families[place].help = try line.rest()
      return
    }
    guard families[place].type == nil else { throw line.fault("a second TYPE of \(name)") }
    guard families[place].isEmpty else { throw line.fault("TYPE of \(name) behind its samples") }
    let types: [String: MetricType] = [
      "counter": .counter, "gauge": .gauge, "histogram": .histogram, "summary": .summary, "untyped": .unknown,
    ]
    guard let type = types[line.word().lowercased()] else { throw line.fault("TYPE of \(name) is no type") }
    line.skipBlanks()
    guard line.isAtEnd else { throw line.fault("something stands behind the type") }
    families[place].type = type
  }

  private mutating func place(_ name: String) -> Int {
    if let place = places[name] { return place }
    places[name] = families.count
    families.append(TextFamily(name))
    return families.count - 1
  }

  private mutating func sample(_ line: inout TextLine) throws(TextFault) {
    let name = line.name(colon: true)
    if name.isEmpty { throw line.fault("is no metric's name") }
    line.skipBlanks()
    let labels = line.take("{") ? try self.labels(&line) : []
    line.skipBlanks()
    let text = line.word()
    guard let value = HelperReader.number(text) ?? TextFamily.double(text).map({ .double($0) }) else {
      throw line.fault(text.isEmpty ? "\(name) has no value" : "'\(text)' is no number")
    }
    line.skipBlanks()
    // As node_exporter does: the moment of a file's values is that of its last writing.
    guard line.isAtEnd else { throw line.fault("a timestamp or more stands behind the value") }
    let (place, suffix) = owner(name)
    try families[place].add(suffix, labels, value, line)
  }

  private func labels(_ line: inout TextLine) throws(TextFault) -> [(name: String, value: String)] {
    var labels: [(name: String, value: String)] = []
    while true {
      line.skipBlanks()
      if line.take("}") { return labels }
      let name = line.name(colon: false)
      if name.isEmpty || name.hasPrefix("__") { throw line.fault("is no label's name") }
      if labels.contains(where: { $0.name == name }) { throw line.fault("label '\(name)' comes twice") }
      line.skipBlanks()
      guard line.take("=") else { throw line.fault("label '\(name)' has no value") }
      line.skipBlanks()
      labels.append((name, try line.quoted()))
      line.skipBlanks()
      if !line.take(","), !line.isNext("}") { throw line.fault("labels are parted by commas") }
    }
  }

  /// The family that a sample belongs to: its own name's, or that of a histogram or summary of which it is a part.
  private mutating func owner(_ name: String) -> (place: Int, suffix: String) {
    if let place = places[name] { return (place, "") }
    for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
      guard let place = places[String(name.dropLast(suffix.utf8.count))], families[place].isCompound else { continue }
      if suffix != "_bucket" || families[place].type == .histogram { return (place, suffix) }
    }
    return (place(name), "")
  }
}
