// One line of a container runtime, taken apart: its stream, its time, whether the container's line ends in it, and the
// text, which is appended to a buffer as it is found. What is not exactly as a runtime writes it is none: it stays what it
// is, and counts or is refused as any other line.
// SPDX-License-Identifier: Apache-2.0

/// What stands around a part of a container's line. A value; the text went elsewhere.
struct WrappedLine {
  let wrapper: LogWrapper
  /// It came from the container's stderr.
  let isError: Bool
  /// The container's line ends here.
  let isEnd: Bool
  /// Where the runtime's time stands.
  let time: Range<Int>

  /// Reads the line that fills `range`, without its line feed, and appends its text to `out`, with a line feed when it is
  /// the end of the container's line; nil, and nothing appended, when it is no such line.
  static func read(_ bytes: Span<UInt8>, _ range: Range<Int>, into out: inout [UInt8]) -> WrappedLine? {
    guard let first = range.first else { return nil }
    if bytes[first] == UInt8(ascii: "{") { return docker(bytes, range, into: &out) }
    if bytes[first] &- UInt8(ascii: "0") <= 9 { return cri(bytes, range, into: &out) }
    return nil
  }

  // MARK: Docker

  private static func docker(_ bytes: Span<UInt8>, _ range: Range<Int>, into out: inout [UInt8]) -> WrappedLine? {
    let start = range.lowerBound
    guard range.count > 50, bytes.equals(start..<start + 8, #"{"log":""#) else { return nil }
    let before = out.count
    guard let end = text(bytes, (start + 8)..<range.upperBound, into: &out),
      let found = dockerEnd(bytes, end..<range.upperBound)
    else {
      out.removeLast(out.count - before)
      return nil
    }
    let isEnd = out.count > before && out.last == 10
    return WrappedLine(wrapper: .docker, isError: found.isError, isEnd: isEnd, time: found.time)
  }

  /// What follows the text: the stream, what the daemon was told to add, and the time.
  private static func dockerEnd(_ bytes: Span<UInt8>, _ range: Range<Int>) -> (isError: Bool, time: Range<Int>)? {
    // "stdout" and "stderr" are equally long.
    let (start, end) = (range.lowerBound, range.upperBound)
    guard range.count > 41, bytes.equals(start..<start + 13, #"","stream":"s"#) else { return nil }
    let isError = bytes.equals(start + 12..<start + 19, #"stderr""#)
    guard isError || bytes.equals(start + 12..<start + 19, #"stdout""#), bytes.equals(end - 2..<end, #""}"#) else {
      return nil
    }
    var quote = end - 3
    while quote > start + 19, bytes[quote] != UInt8(ascii: "\"") { quote -= 1 }
    guard quote >= start + 27, bytes.equals(quote - 8..<quote + 1, #","time":""#) else { return nil }
    return (isError, quote + 1..<end - 2)
  }

  /// Appends the JSON string that begins at the range's start; the place of the quote behind it.
  private static func text(_ bytes: Span<UInt8>, _ range: Range<Int>, into out: inout [UInt8]) -> Int? {
    var place = range.lowerBound
    while place < range.upperBound {
      // Inside of a line are mostly quotes, each behind a backslash, with some bytes between.
      let run = bytes.stringEnds(at: place).trailingZeroBitCount
      let end = min(place + run, range.upperBound)
      out.append(bytes, place..<end)
      place = end
      if run == Span<UInt8>.blockBytes { continue }
      if place >= range.upperBound { return nil }
      switch bytes[place] {
      case UInt8(ascii: "\""): return place
      case UInt8(ascii: "\\"):
        guard let next = escape(bytes, place..<range.upperBound, into: &out) else { return nil }
        place = next
      default: return nil
      }
    }
    return nil
  }

  /// Appends what the escape at the range's start means; the place behind it.
  private static func escape(_ bytes: Span<UInt8>, _ range: Range<Int>, into out: inout [UInt8]) -> Int? {
    let start = range.lowerBound
    if range.count < 2 { return nil }
    switch bytes[start + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(bytes[start + 1])
    case UInt8(ascii: "n"): out.append(10)
    case UInt8(ascii: "t"): out.append(9)
    case UInt8(ascii: "r"): out.append(13)
    case UInt8(ascii: "b"): out.append(8)
    case UInt8(ascii: "f"): out.append(12)
    case UInt8(ascii: "u"): return codeUnits(bytes, range, into: &out)
    default: return nil
    }
    return start + 2
  }

  /// One escape of four digits, or two that are one character.
  private static func codeUnits(_ bytes: Span<UInt8>, _ range: Range<Int>, into out: inout [UInt8]) -> Int? {
    let start = range.lowerBound
    guard range.count >= 6, let unit = bytes.hexadecimal(start + 2..<start + 6) else { return nil }
    var end = start + 6
    if unit >> 10 == 0xD800 >> 10, range.count >= 12, bytes.equals(end..<end + 2, #"\u"#),
      bytes.hexadecimal(end + 2..<end + 6) != nil
    {
      end += 6
    }
    bytes.decode(JSONText(range: start..<end, isPlain: false), into: &out)
    return end
  }

  // MARK: CRI

  private static func cri(_ bytes: Span<UInt8>, _ range: Range<Int>, into out: inout [UInt8]) -> WrappedLine? {
    let (start, end) = (range.lowerBound, range.upperBound)
    guard range.count >= 29, bytes[start + 4] == UInt8(ascii: "-"), bytes[start + 10] == UInt8(ascii: "T") else {
      return nil
    }
    let space = bytes.first(0x20, in: start..<min(start + 40, end))
    guard space >= start + 20, space + 9 <= end else { return nil }
    let isError = bytes.equals(space + 1..<space + 8, "stderr ")
    guard isError || bytes.equals(space + 1..<space + 8, "stdout ") else { return nil }
    let tag = bytes[space + 8]
    // More tags may follow, behind colons.
    let text = bytes.first(0x20, in: space + 8..<end)
    guard tag == UInt8(ascii: "F") || tag == UInt8(ascii: "P"),
      text == space + 9 || bytes[space + 9] == UInt8(ascii: ":")
    else { return nil }
    out.append(bytes, min(text + 1, end)..<end)
    let isEnd = tag == UInt8(ascii: "F")
    if isEnd { out.append(10) }
    return WrappedLine(wrapper: .cri, isError: isError, isEnd: isEnd, time: start..<space)
  }
}
