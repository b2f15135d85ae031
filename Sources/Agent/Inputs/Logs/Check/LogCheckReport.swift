// What `vitals check --log` prints: a table of the forms and their keys, then the lines that could not be used, in the
// form that editors and people follow: FILE:LINE: why.
// SPDX-License-Identifier: Apache-2.0

/// The text about one log.
struct LogCheckReport {
  let path: String
  let check: LogCheck

  /// All of it, ended by a line feed.
  var text: String {
    var lines = ["\(DisplayText.safe(path)): \(count(check.lines, "line")), \(count(check.requests, "request"))"]
    for wrapper in LogWrapper.allCases {
      guard let wrapped = check.wrappers[wrapper] else { continue }
      lines.append("  inside of \(count(wrapped, "line")) of \(wrapper.name):")
    }
    for (number, share) in check.forms.sorted(by: { ($0.value.lines, $1.key) > ($1.value.lines, $0.key) }) {
      lines += form(number, share)
    }
    for (key, unused) in check.ambiguous.sorted(by: { $0.key < $1.key }) {
      lines += places(
        unused,
        "the duration '\(DisplayText.safe(key))' has no unit and is not used; with one in its name, such as "
          + "'duration_ms', it is")
    }
    for fault in LogFault.allCases {
      if let unused = check.unused[fault] { lines += places(unused, fault.explanation) }
    }
    if check.isCut { lines.append("\(DisplayText.safe(path)): the gzip data is cut off or damaged") }
    return lines.joined(separator: "\n") + "\n"
  }

  private func form(_ number: Int, _ share: LogCheck.Share) -> [String] {
    let isRecords = LogForms.all[number].syntax == .otlp
    var head = "  \(LogForms.all[number].name): \(count(share.lines, isRecords ? "record" : "line"))"
    if !isRecords, check.lines > 0 {
      head += " (\(Units.digits(Double(share.lines) / Double(check.lines) * 100, 1)) %)"
    }
    if share.requests > 0 { head += ", \(count(share.requests, "request"))" }
    if share.continuations > 0 { head += ", \(count(share.continuations, "line")) more that belong to them" }
    return [head]
      + LogRole.allCases.compactMap { role in
        guard let found = share.roles[role] else { return nil }
        let unit = found.unit.isEmpty ? "" : " (\(found.unit))"
        let key = found.key ?? (found.isInMessage ? "(in the message)" : "-")
        return "    \(padded(role.name, 15)) \(padded(key, 28)) \(found.example)\(unit)"
      }
  }

  private func places(_ unused: LogCheck.Unused, _ why: String) -> [String] {
    var lines = unused.first.map { "\(DisplayText.safe(path)):\($0): \(why)" }
    let more = unused.count - UInt64(unused.first.count)
    if more > 0 { lines.append("\(DisplayText.safe(path)): \(count(more, "more line")) like these") }
    return lines
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func count(_ number: UInt64, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

extension LogFault {
  /// A sentence's part for people.
  var explanation: String {
    switch self {
    case .json(.empty): "nothing but space, in a log of JSON"
    case .json(.notObject): "text, in a log of JSON"
    case .json(.unterminated): "the JSON ends before it is complete: a line that was cut"
    case .json(.trailing): "something follows the JSON: two lines in one"
    case .json(let failure): "no JSON (\(failure.rawValue))"
    case .tooLong: "longer than \(Limits.lineBytes >> 10) KiB"
    case .partial: "the last line does not end"
    case .method: "a request without a method is not counted"
    case .path: "a request without a path is not counted"
    case .status: "a request whose status is none is not counted"
    case .duration: "the duration cannot be; the request counts without it"
    }
  }
}
