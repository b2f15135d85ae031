// One process's line in /proc/PID/stat, or a thread's in /proc/PID/task/TID/stat; see proc(5):
//
//     1234 (python3 main) S 1 1234 1234 0 -1 4194560 … utime stime … num_threads 0 starttime vsize rss …
//
// The name may hold spaces and parentheses: it ends at the last closing one. Where the kernel tells them, the places of
// the program and its arguments in memory are taken together as one number: exec(2) changes it, and little else does.
// SPDX-License-Identifier: Apache-2.0

/// What is taken from the line.
struct ProcessStat: Equatable {
  var name: String
  var state: UInt8
  var parent: Int32
  /// The id of its session, which setsid(2) makes.
  var session: Int32
  /// Pages that it touched and that were in memory already, and those that had to be fetched from storage.
  var minorFaults: UInt64
  var majorFaults: UInt64
  /// In ticks of USER_HZ.
  var userTicks: UInt64
  var systemTicks: UInt64
  var threads: UInt64
  /// In ticks of USER_HZ since boot: tells a process from a later one with its id.
  var startTicks: UInt64
  var virtualBytes: UInt64
  var residentPages: UInt64
  /// How long its main thread waited for storage, in ticks of USER_HZ: 0 as well where the kernel does not count it. Nil
  /// before Linux 2.6.18.
  var blockedTicks: UInt64?
  /// Stands for the program that runs: another value after exec(2). Whether it was ever called since the fork is in it for
  /// every user, where program and arguments lie in memory only for who may trace the process.
  var image: UInt64
  /// Whether ``image`` knows where the program lies, so that each exec changes it.
  var isImageWhole: Bool

  /// Ended and not yet waited for by its parent. A main thread that has ended before the others is a zombie too, but
  /// its process lives.
  var isDead: Bool { (state == UInt8(ascii: "Z") || state == UInt8(ascii: "X")) && threads <= 1 }

  /// Its memory is gone, and with it the command line: the main thread has ended.
  var hasNoMemory: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }

  /// Parses the file; nil when it is not whole. A name that is still `known` costs no text of its own.
  init?(_ bytes: Span<UInt8>, known: String = "") {
    let whole = 0..<bytes.count
    guard let open = whole.first(where: { bytes[$0] == UInt8(ascii: "(") }),
      let close = whole.last(where: { bytes[$0] == UInt8(ascii: ")") }), open < close
    else { return nil }
    var letter = close + 1
    while letter < bytes.count, bytes[letter] == UInt8(ascii: " ") { letter += 1 }
    guard letter + 1 < bytes.count, bytes[letter + 1] == UInt8(ascii: " ") else { return nil }
    // From field 4, the parent, over field 24, the resident pages, and field 42, the wait for storage, to field 51, the
    // end of the environment.
    let fields = NumberFields(letter + 1..<bytes.count, bytes)
    guard fields.count >= 21, let parent = fields[0].flatMap({ Int32(exactly: $0) }),
      let session = fields[2].flatMap({ Int32(exactly: $0) }), let minor = fields[6], let major = fields[8],
      let user = fields[10], let system = fields[11], let threads = fields[16], let start = fields[18],
      let size = fields[19], let pages = fields[20]
    else { return nil }
    name = bytes.equals(open + 1..<close, known) ? known : bytes.string(open + 1..<close)
    state = bytes[letter]
    self.parent = parent
    self.session = session
    minorFaults = minor
    majorFaults = major
    userTicks = user
    systemTicks = system
    self.threads = threads
    startTicks = start
    virtualBytes = size
    residentPages = pages
    blockedTicks = fields[38]
    (image, isImageWhole) = ProcessStat.image(fields)
  }

  /// PF_FORKNOEXEC of `flags`, `startcode`, `endcode`, `startstack`, and from `arg_start` to `env_end`, folded into one.
  private static func image(_ fields: NumberFields) -> (UInt64, Bool) {
    func value(_ field: Int) -> UInt64 { fields[field - 4] ?? 0 }
    var image = value(9) & 0x40
    for field in 26...28 { image = (image ^ value(field)) &* 0x100_0000_01B3 }
    for field in 48...51 { image = (image ^ value(field)) &* 0x100_0000_01B3 }
    return (image, value(28) != 0)
  }
}
