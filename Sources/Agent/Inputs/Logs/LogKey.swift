// The keys by which most lines of JSON can be counted without looking for the form of each, as fields of one plan: the
// ones that every form reads alike. All others that mean something to a count share the last field: a line that has one
// of them is read in its form.
// SPDX-License-Identifier: Apache-2.0

/// A key of a log line.
enum LogKey: Int, CaseIterable {
  case level, message, msg, method, path, status, cache
  case milliseconds, seconds
  /// Elastic's `event.duration` makes an object of it; a name everywhere else.
  case event
  /// A language model, or one of anything else.
  case model
  case timestamp
  /// Any other key that some form counts by.
  case other
  /// Any key that says more of an error.
  case failure
  /// Any key that says of which trace or request the line is.
  case trace

  private var name: String {
    switch self {
    case .milliseconds: "duration_ms"
    case .seconds: "process_time"
    default: "\(self)"
    }
  }

  /// What a line's count is made of.
  private static let counted: Set<LogRole> = [
    .level, .message, .method, .path, .request, .route, .status, .duration, .cache, .model, .inputTokens,
    .outputTokens, .cachedTokens, .totalTokens,
  ]

  /// What an error's kind is made of beside its message.
  private static let failing: Set<LogRole> = [.exception, .exceptionType]

  /// What ties a request's lines together.
  private static let tying: Set<LogRole> = [.trace, .requestID]

  /// Keys that have no field of their own.
  private static let marks: Set<LogKey> = [.other, .failure, .trace]

  /// What a reader of lines looks for.
  static let plan = plan(times: [])

  /// The keys beside ``timestamp`` that most loggers write a line's time under.
  private static let times = ["time", "ts", "@timestamp"]
  /// What a reader looks for that wants to know each line's time as well.
  static let timedPlan = plan(times: times)

  private static func plan(times: [String]) -> KeyPlan {
    let names = allCases.filter { !marks.contains($0) }.map(\.name)
    let roles = times.isEmpty ? counted : counted.union([.time, .nanoseconds])
    return KeyPlan(
      names: names,
      marks: [keys(of: roles, but: names + times), keys(of: failing, but: names), keys(of: tying, but: names)]
        + times.map { [$0] })
  }

  /// The roles of each key in any of the forms, a bit each: forms share most of their keys, and are gone through once.
  private static let roles: [String: UInt32] = {
    var roles: [String: UInt32] = [:]
    for form in LogForms.all { for field in form.fields { roles[field.path, default: 0] |= bit(field.role) } }
    return roles
  }()

  private static func bit(_ role: LogRole) -> UInt32 { 1 << UInt32(truncatingIfNeeded: role.rawValue) }

  /// The keys of some roles in all forms.
  private static func keys(of roles: Set<LogRole>, but names: [String]) -> [String] {
    let wanted = roles.reduce(0) { $0 | bit($1) }
    var keys: Set<String> = []
    for (path, bits) in Self.roles where bits & wanted != 0 {
      keys.insert(path)
      // Of a path with dots the first part may be an object.
      if let dot = path.utf8.firstIndex(of: UInt8(ascii: ".")) { keys.insert(String(path[..<dot])) }
    }
    return keys.subtracting(names).sorted()
  }

  /// What a scan by ``timedPlan`` found of a line's time.
  enum Time {
    /// No form would find one.
    case none
    case value(JSONSlice)
    /// It is for the line's form to judge.
    case unclear
  }

  /// The time among the values of a line that has none of ``other``'s keys.
  @inline(__always) static func time(_ values: [JSONSlice]) -> Time {
    var found = values[timestamp.rawValue]
    for place in allCases.count..<values.count where values[place].isThere {
      if found.isThere { return .unclear }
      found = values[place]
    }
    if !found.isThere { return .none }
    return found.kind == .string || found.kind == .number ? .value(found) : .unclear
  }
}
