// The fields of lines that have no keys: what a server's access line says, and a text's time, level and message, under
// the names that people give them elsewhere.
//
//     method, path, status, duration (seconds), bytes, remote, protocol, level, time, request      access lines
//     level, time, message                                                                         other text
//
// The path stands as the client sent it, with its query; a label's `"as": "route"` makes a route of it.
// SPDX-License-Identifier: Apache-2.0

/// Reads such lines for the rules that ask for one of these names. Not thread-safe.
struct RuleTextReader {
  private enum Name: String, CaseIterable {
    case method, path, status, duration, bytes, remote, `protocol`, level, time, request, message
  }

  /// The number of each name's field, for those that some rule reads.
  private let wanted: [(name: Name, field: Int)]
  private var line = LogLine()

  /// Nil when no rule reads any of the names in `fields`.
  init?(_ fields: [String]) {
    wanted = fields.enumerated().compactMap { place, field in Name(rawValue: field).map { ($0, place) } }
    if wanted.isEmpty { return nil }
  }

  /// Puts the values of a line into their places in `values`, and nothing into all others.
  mutating func read(_ bytes: Span<UInt8>, _ range: Range<Int>, into values: inout LogValues) {
    for place in values.values.indices { values.values[place] = .absent }
    values.isText = true
    values.seconds = nil
    let isAccess = AccessLine.read(bytes, range, into: &line)
    if !isAccess, !PlainLine.read(bytes, range, into: &line) {
      line.begin(form: LogForms.text)
      line.set(.message, .text(LogText(range, .raw)))
    }
    for (name, field) in wanted {
      let value = isAccess ? access(name, bytes, range) : text(name)
      if let value, !value.isEmpty { values.values[field] = JSONSlice(.string, value, in: bytes) }
    }
    guard isAccess, let field = wanted.first(where: { $0.name == .duration })?.field else { return }
    if case .seconds(let seconds) = line.duration(bytes) { values.seconds = (field, seconds) }
  }

  private func text(_ name: Name) -> Range<Int>? {
    switch name {
    case .level: line[.level].range
    case .time: line[.time].range
    case .message: line[.message].range
    default: nil
    }
  }

  private func access(_ name: Name, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    switch name {
    case .method: line[.method].range ?? word(0, bytes)
    case .path: line[.path].range ?? word(1, bytes)
    case .protocol: word(2, bytes)
    case .request: line[.request].range
    case .status: line[.status].range
    case .duration: line[.duration].range
    case .level: line[.level].range
    case .time: line[.time].range
    case .remote: remote(bytes, range)
    case .bytes: size(bytes, range)
    case .message: nil
    }
  }

  /// A word of the request line; its last one is the protocol, so that a path may hold spaces.
  private func word(_ number: Int, _ bytes: Span<UInt8>) -> Range<Int>? {
    guard let request = line[.request].range else { return nil }
    let first = bytes.first(0x20, in: request)
    if number == 0 { return request.lowerBound..<first }
    if first == request.upperBound { return nil }
    let last = request.last { bytes[$0] == 0x20 } ?? first
    let isVersion = last > first && bytes.equals(last + 1..<min(last + 6, request.upperBound), "HTTP/")
    if number == 2 { return isVersion ? last + 1..<request.upperBound : nil }
    return first + 1..<(isVersion ? last : request.upperBound)
  }

  /// The first word of lines that begin with an address, as all do that are like Apache's; a host may stand before it.
  private func remote(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    var words = Splitter.fields(range)
    while let word = words.next(in: bytes), word.upperBound < line[.request].range?.lowerBound ?? range.upperBound {
      var dots = 0
      var colons = 0
      for index in word {
        dots += bytes[index] == UInt8(ascii: ".") ? 1 : 0
        colons += bytes[index] == UInt8(ascii: ":") ? 1 : 0
      }
      let isNumber = bytes[word.lowerBound] &- UInt8(ascii: "0") <= 9
      if isNumber, dots == 3, colons <= 1 {
        return word.lowerBound..<bytes.first(UInt8(ascii: ":"), in: word)
      }
      let first = bytes[word.lowerBound]
      if colons >= 2, dots == 0, first.hexDigit != nil || first == UInt8(ascii: ":") { return word }
    }
    return nil
  }

  /// The number behind the status, as in Apache's common format.
  private func size(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    guard line[.request].isThere, let status = line[.status].range else { return nil }
    var words = Splitter.fields(status.upperBound..<range.upperBound)
    guard let word = words.next(in: bytes), bytes.unsigned(word) != nil else { return nil }
    return word
  }
}

extension JSONSlice {
  /// A text of a line that has no escapes.
  fileprivate init(_ kind: Kind, _ range: Range<Int>, in bytes: Span<UInt8>) {
    self.init(
      kind, isPlain: LogText(bytes, raw: range).writing == .plain, range.lowerBound, range.upperBound)
  }
}
