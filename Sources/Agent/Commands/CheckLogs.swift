// `vitals check --log`: reads a log as the agent would, and says what it would make of it.
// SPDX-License-Identifier: Apache-2.0

/// The check of logs.
struct CheckLogs {
  /// The logs' paths.
  let paths: [String]

  /// Takes logs as the agent is given them, each as `[SERVICE=]FILE`.
  init(_ named: [String]) throws(UsageError) {
    var paths: [String] = []
    for text in named {
      guard let source = ReplaySource.parse(text) else {
        throw UsageError(message: "--log \(text): must be [SERVICE=]FILE, such as api=/var/log/api.json")
      }
      paths.append(source.path)
    }
    self.paths = paths
  }

  /// Prints what was found; 0 when every line could be used, else 1.
  func run() throws(UsageError) -> Int32 {
    var status: Int32 = 0
    for path in paths {
      let check = try Self.check(path)
      if !check.unused.isEmpty || check.isCut { status = 1 }
      Standard.write(LogCheckReport(path: path, check: check).text)
    }
    return status
  }

  /// Reads a log to its end, gzip'd or not.
  static func check(_ path: String) throws(UsageError) -> LogCheck {
    var check = LogCheck()
    do throws(UsageError) {
      let input = try ReplayInput(path, reader: "check --log -") { false }
      do throws(SystemError) {
        try read(input, into: &check)
      } catch {
        throw UsageError(message: "\(path): \(error.reason)")
      }
      check.isCut = input.isCut
    } catch {
      throw UsageError(message: "--log \(error.message)")
    }
    return check
  }

  private static func read(_ input: ReplayInput, into check: inout LogCheck) throws(SystemError) {
    var block: [UInt8] = []
    var rest: [UInt8] = []
    var isSkipping = false
    while true {
      try input.read(into: &block) { false }
      if block.isEmpty { break }
      let start = rest.count
      rest += block
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
  }
}
