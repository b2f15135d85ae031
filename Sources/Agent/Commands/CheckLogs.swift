// `vitals check --log`: reads a log as the agent would, and says what it would make of it.
// SPDX-License-Identifier: Apache-2.0

/// The check of logs.
struct CheckLogs {
  let paths: [String]

  /// Prints what was found; 0 when every line could be used, else 1.
  func run() throws(UsageError) -> Int32 {
    var status: Int32 = 0
    for path in paths {
      let check = try Self.check(path)
      if !check.unused.isEmpty { status = 1 }
      Standard.write(LogCheckReport(path: path, check: check).text)
    }
    return status
  }

  /// Reads a log to its end.
  static func check(_ path: String) throws(UsageError) -> LogCheck {
    var check = LogCheck()
    do throws(SystemError) {
      let file = try FileDescriptor.open(path == LogSource.standardInput ? "/dev/stdin" : path)
      var rest: [UInt8] = []
      var isSkipping = false
      while true {
        let start = rest.count
        try file.read(into: &rest, count: Limits.tailBlockBytes)
        if rest.count == start { break }
        guard let last = rest[start...].lastIndex(of: 10) else {
          if rest.count <= Limits.lineBytes { continue }
          if !isSkipping { check.skipLongLine() }
          isSkipping = true
          rest.removeAll(keepingCapacity: true)
          continue
        }
        let first = isSkipping ? (rest.firstIndex(of: 10) ?? last) + 1 : 0
        isSkipping = false
        if first <= last { check.read(Array(rest[first...last])) }
        rest.removeFirst(last + 1)
      }
      if !rest.isEmpty, !isSkipping { check.read(rest) }
    } catch {
      throw UsageError(message: "--log \(path): \(error.reason)")
    }
    return check
  }
}
