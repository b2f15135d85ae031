// One process's line in /proc/PID/stat; see proc(5):
//
//     1234 (python3 main) S 1 1234 1234 0 -1 4194560 … utime stime … num_threads 0 starttime vsize rss …
//
// The name may hold spaces and parentheses: it ends at the last closing one.
// SPDX-License-Identifier: Apache-2.0

/// What is taken from the line.
struct ProcessStat: Equatable {
  var name: String
  var state: UInt8
  var parent: Int32
  /// In ticks of USER_HZ.
  var userTicks: UInt64
  var systemTicks: UInt64
  var threads: UInt64
  /// In ticks of USER_HZ since boot: tells a process from a later one with its id.
  var startTicks: UInt64
  var virtualBytes: UInt64
  var residentPages: UInt64

  /// Parses the file; nil when it is not whole.
  init?(_ bytes: Span<UInt8>) {
    let whole = 0..<bytes.count
    guard let open = whole.first(where: { bytes[$0] == UInt8(ascii: "(") }),
      let close = whole.last(where: { bytes[$0] == UInt8(ascii: ")") }), open < close
    else { return nil }
    name = bytes.string(open + 1..<close)
    var fields = Splitter.fields(close + 1..<bytes.count)
    guard let first = fields.next(in: bytes), first.count == 1 else { return nil }
    state = bytes[first.lowerBound]
    var values: [UInt64?] = []
    // From field 4, the parent, to field 24, the resident pages.
    while values.count < 21, let field = fields.next(in: bytes) {
      let end = bytes[field.upperBound - 1] == 10 ? field.upperBound - 1 : field.upperBound
      values.append(bytes.unsigned(field.lowerBound..<end))
    }
    guard values.count == 21, let parent = values[0].flatMap({ Int32(exactly: $0) }), let user = values[10],
      let system = values[11], let threads = values[16], let start = values[18], let size = values[19],
      let pages = values[20]
    else { return nil }
    self.parent = parent
    userTicks = user
    systemTicks = system
    self.threads = threads
    startTicks = start
    virtualBytes = size
    residentPages = pages
  }
}
