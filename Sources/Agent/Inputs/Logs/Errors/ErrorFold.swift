// Makes a template of an error's text: what changes from line to line becomes a placeholder.
//
//     order 17 of 'anna' failed after 30s: connect to 10.0.0.7:5432 refused, request 8f1c02d4-…
//     order {n} of '{text}' failed after {n}s: connect to {address} refused, request {id}
//
// It is decided word by word and by looks alone, without learning: the same line has the same template in every life of
// the agent and on every machine. A list of placeholders is one, however long it is. What is folded wrongly makes two
// kinds of one, or one of two; no count is lost.
// SPDX-License-Identifier: Apache-2.0

/// Folds texts, one after another, into one template. Not thread-safe; no heap once its room is there.
struct ErrorFold {
  private static let separators = [", ", ",", " ", "; "].map { Array($0.utf8) }
  private static let (id, number, address) = (Array("{id}".utf8), Array("{n}".utf8), Array("{address}".utf8))
  private static let (time, email) = (Array("{time}".utf8), Array("{email}".utf8))
  private static let quotations = ["\"{text}\"", "'{text}'", "`{text}`"].map { Array($0.utf8) }

  /// Valid UTF-8 when the texts are, without control characters.
  private(set) var template: [UInt8] = []
  /// A quotation mark of which the rest of the text has no second.
  private var unpaired: UInt8 = 0

  /// Begins another template.
  mutating func begin() { template.removeAll(keepingCapacity: true) }

  /// Parts what comes next from what is there.
  mutating func join() { template.append(contentsOf: ": ".utf8) }

  /// Appends a text, folded, as far as there is room.
  mutating func add(_ text: Span<UInt8>) {
    unpaired = 0
    var at = 0
    while at < text.count, template.count < Limits.errorTemplateBytes {
      let byte = text[at]
      if byte == 0x1B {
        // Loggers colour what a terminal shows.
        at = PlainLine.behindColor(text, at, text.count)
      } else if ErrorWord.isPart(text, at) {
        let end = ErrorWord.end(text, at)
        word(text, at..<end)
        at = end
      } else if let end = quoted(text, at) {
        at = end
      } else {
        at += 1
        if byte > 0x20, byte != 0x7F {
          template.append(byte)
        } else if let last = template.last, last != 0x20 {
          template.append(0x20)
        }
      }
    }
    template.cut(to: Limits.errorTemplateBytes)
    while template.last == 0x20 { template.removeLast() }
  }

  /// Folds what stands between two quotation marks; the place behind it, nil when none begins at `start`.
  private mutating func quoted(_ text: Span<UInt8>, _ start: Int) -> Int? {
    let mark = text[start]
    guard mark == UInt8(ascii: "\"") || mark == UInt8(ascii: "'") || mark == UInt8(ascii: "`"), mark != unpaired else {
      return nil
    }
    // An apostrophe stands behind a letter.
    if start > 0, ErrorWord.isLetterOrDigit(text[start - 1]) { return nil }
    var at = start + 1
    while at < text.count {
      if text[at] == UInt8(ascii: "\\") {
        at += 2
        continue
      }
      if text[at] == mark, at + 1 >= text.count || !ErrorWord.isLetterOrDigit(text[at + 1]) { break }
      at += 1
    }
    if at >= text.count {
      unpaired = mark
      return nil
    }
    if at == start + 1 { return nil }
    for quotation in Self.quotations where quotation[0] == mark { put(quotation) }
    return at + 1
  }

  private mutating func word(_ text: Span<UInt8>, _ whole: Range<Int>) {
    // A sentence's end is no part of its last word.
    var end = whole.upperBound
    while end > whole.lowerBound, text[end - 1] == UInt8(ascii: ".") || text[end - 1] == UInt8(ascii: "-") { end -= 1 }
    let range = whole.lowerBound..<end
    switch ErrorWord.look(text, range) {
    case .name: copy(text, range)
    case .id: put(Self.id)
    case .address: put(Self.address)
    case .time: put(Self.time)
    case .email: put(Self.email)
    case .number(let rest):
      putNumber()
      copy(text, rest)
    case .mixed: parts(text, range)
    }
    copy(text, end..<whole.upperBound)
  }

  /// Folds each run of letters and digits of a word for itself.
  private mutating func parts(_ text: Span<UInt8>, _ range: Range<Int>) {
    var at = range.lowerBound
    while at < range.upperBound {
      let start = at
      while at < range.upperBound, ErrorWord.isLetterOrDigit(text[at]) { at += 1 }
      if at == start {
        template.append(text[at])
        at += 1
        continue
      }
      switch ErrorWord.lookAtRun(text, start..<at) {
      case .name: copy(text, start..<at)
      case .number(let rest):
        putNumber()
        copy(text, rest)
      case .mixed:
        // Letters with a number behind them.
        let digit = (start..<at).first { ErrorWord.isDigit(text[$0]) } ?? at
        copy(text, start..<digit)
        putNumber()
      default: put(Self.id)
      }
    }
  }

  private mutating func copy(_ text: Span<UInt8>, _ range: Range<Int>) {
    for index in range { template.append(text[index]) }
  }

  /// A number alone between slashes is an id, as in routes.
  private mutating func putNumber() { put(template.last == UInt8(ascii: "/") ? Self.id : Self.number) }

  /// Appends a placeholder; behind another of its kind it is the same list.
  private mutating func put(_ placeholder: [UInt8]) {
    for separator in Self.separators where ends(separator, behind: placeholder) {
      return template.removeLast(separator.count)
    }
    template.append(contentsOf: placeholder)
  }

  /// Whether the template ends with a placeholder and a separator.
  private func ends(_ separator: [UInt8], behind placeholder: [UInt8]) -> Bool {
    let middle = template.count - separator.count
    let start = middle - placeholder.count
    let bytes = template.span
    return start >= 0 && bytes.equals(middle..<bytes.count, separator) && bytes.equals(start..<middle, placeholder)
  }
}
