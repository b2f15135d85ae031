// What one line of a log says, by role, whatever its form:
//
//     {"method": "GET", "path": "/orders/17", "duration_ms": 7.1, "status": 200, "event": "request_completed",
//      "level": "info", "timestamp": "2026-11-21T04:11:11.084468Z"}
//
// Places in the line, nothing is copied. A field that is null is absent.
// SPDX-License-Identifier: Apache-2.0

/// The values of one line that have a role. One is used for line after line, so that no line costs memory.
struct LogLine {
  private var values = [LogValue](repeating: .none, count: LogRole.allCases.count)
  private var units = [LogUnit](repeating: .none, count: LogRole.allCases.count)
  private var keys = [Int](repeating: -1, count: LogRole.allCases.count)
  private var ranks = [Int](repeating: 0, count: LogRole.allCases.count)
  /// The form in ``LogForms/all``.
  private(set) var form = LogForms.text
  private var scale = LevelScale.words
  private var standardLevel: LogLevel?

  /// A role's value.
  subscript(role: LogRole) -> LogValue { values[role.rawValue] }

  /// What a role's number is counted in.
  func unit(_ role: LogRole) -> LogUnit { units[role.rawValue] }

  /// Which key of the form the value stood at; nil when it was found otherwise.
  func key(_ role: LogRole) -> Int? { keys[role.rawValue] < 0 ? nil : keys[role.rawValue] }

  /// Begins a line that is not cut by keys.
  mutating func begin(form: Int) {
    for role in values.indices {
      values[role] = .none
      keys[role] = -1
    }
    self.form = form
    scale = .words
    standardLevel = nil
  }

  /// Sets a value that was found in its place.
  mutating func set(_ role: LogRole, _ value: LogValue, _ unit: LogUnit = .none) {
    values[role.rawValue] = value
    units[role.rawValue] = unit
  }

  /// Takes the values of a form out of the fields that were read.
  mutating func take(_ form: borrowing FormPlan.Compiled, _ fields: borrowing LineFields, _ bytes: Span<UInt8>) {
    begin(form: form.number)
    scale = form.form.levels
    standardLevel = form.form.standardLevel
    for key in fields.found where key < form.meanings.count {
      let meaning = form.meanings[key]
      guard let role = meaning.role, let rank = rank(role, fields[key], meaning, bytes) else { continue }
      let place = role.rawValue
      if keys[place] >= 0, ranks[place] <= rank { continue }
      values[place] = fields[key]
      units[place] = meaning.unit
      keys[place] = key
      ranks[place] = rank
    }
  }

  /// How good a value is for its role, lower is better; nil when it cannot have it.
  private func rank(
    _ role: LogRole, _ value: LogValue, _ meaning: FormPlan.Meaning, _ bytes: Span<UInt8>
  ) -> Int? {
    if !value.isThere { return nil }
    switch role {
    case .path:
      // An URL is a path only where servers write one.
      guard let text = value.text else { return nil }
      if meaning.unit == .url { break }
      if text.range.count > 8, bytes.equals(text.range.lowerBound..<(text.range.lowerBound + 4), "http") { return nil }
    case .status:
      // `status` is also a word for other things: what is no number counts when there is nothing better.
      if value.number(bytes) == nil { return meaning.rank + Self.worse }
    case .duration where meaning.unit == .ambiguous:
      // `service=18ms` is a duration, `service=shop` is none.
      guard let text = value.text else { return meaning.rank + Self.worse }
      if value.number(bytes) != nil { return meaning.rank + Self.worse }
      if DurationText.seconds(bytes, text.range) == nil { return nil }
    case .trace, .span, .requestID:
      if value.range?.isEmpty != false { return nil }
    default: break
    }
    return meaning.rank
  }

  /// More than any form has fields.
  private static let worse = 1 << 20

  /// The level, when it is one that we know; ``LogLevel/unknown`` when there is none, nil for other words.
  func level(_ bytes: Span<UInt8>) -> LogLevel? {
    switch self[.level] {
    case .none, .flag: return standardLevel ?? .unknown
    case .number(let range): return scale.level(bytes.number(range)) ?? .unknown
    case .text(let text):
      if text.range.isEmpty { return .unknown }
      if text.writing != .plain { return nil }
      if let level = LogLevel.named(bytes, text.range) { return level }
      return bytes.decimal(text.range).flatMap { scale.level($0) }
    }
  }

  /// Nanoseconds since 1970, when the line says so.
  func time(_ bytes: Span<UInt8>) -> UInt64? {
    guard let range = self[.time].range else { return nil }
    let time: UInt64?
    if case .number = self[.time] {
      time = Timestamp.epoch(bytes, range)
    } else {
      time = Timestamp.nanoseconds(bytes, range)
    }
    guard let time, case .number(let more) = self[.nanoseconds] else { return time }
    return time &+ (bytes.unsigned(more).map { min($0, 999_999_999) } ?? 0)
  }

  /// What the duration says.
  enum Duration: Equatable {
    /// There is none, or none whose unit is known.
    case none
    case seconds(Double)
    /// It is none that can be.
    case invalid
  }

  /// The duration.
  func duration(_ bytes: Span<UInt8>) -> Duration { duration(bytes, .duration) }

  /// The duration of a role.
  func duration(_ bytes: Span<UInt8>, _ role: LogRole) -> Duration {
    let value = self[role]
    if !value.isThere { return .none }
    var seconds: Double?
    if let number = value.number(bytes) {
      guard let scale = unit(role).perSecond else { return .none }
      if unit(role) == .goDuration, number < 1_000 || number != number.rounded(.towardZero) { return .none }
      seconds = number / scale
    } else if let text = value.text {
      // Nothing was measured.
      if text.range.isEmpty || bytes.equals(text.range, "-") { return .none }
      seconds = DurationText.seconds(bytes, text.range)
    }
    guard let seconds, seconds >= 0, seconds <= Limits.logDurationSeconds else { return .invalid }
    return .seconds(seconds)
  }

  /// Whether it is said that a cache had the answer, or had not.
  func isCacheHit(_ bytes: Span<UInt8>) -> Bool? {
    switch self[.cache] {
    case .flag(let isHit): isHit
    case .text(let text): Self.isCacheHit(bytes, text.range)
    case .none, .number: nil
    }
  }

  /// The words of caches: those of people, nginx, Varnish, and of CDNs with their name behind.
  private static let hits = ["hit", "true", "tcp_hit", "tcp_mem_hit", "revalidated", "stale", "updating"]
  private static let misses = ["miss", "false", "tcp_miss", "expired"]

  /// What a text says of a cache by its first word, in any case; nil when that is neither, such as `BYPASS`.
  @inline(__always) static func isCacheHit(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool? {
    // "hit" and "miss", in lower case, as machine words.
    let word = bytes.word(at: range.lowerBound, count: range.count) | 0x2020_2020
    if range.count == 3, word & 0xFF_FFFF == 0x74_6968 { return true }
    if range.count == 4, word == 0x7373_696D { return false }
    return isOtherCacheHit(bytes, range)
  }

  @inline(never) private static func isOtherCacheHit(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool? {
    let word = range.lowerBound..<bytes.first(0x20, in: range)
    if word.count > 12 { return nil }
    var text = ""
    for index in word {
      let isUpper = bytes[index] &- UInt8(ascii: "A") < 26
      text.unicodeScalars.append(Unicode.Scalar(isUpper ? bytes[index] | 0x20 : bytes[index]))
    }
    if hits.contains(text) { return true }
    return misses.contains(text) ? false : nil
  }
}
