// The summary for a person, in the order of what they ask: when and how much, how fast, what failed, where the time went,
// which requests to look at, and whether the log can be trusted. A part that has nothing to say is not there.
// SPDX-License-Identifier: Apache-2.0

/// Draws a summary.
struct ReplayText {
  let report: ReplayReport

  /// The frame, as wide as it may be.
  func frame(width: Int) -> Frame {
    var frame = Frame(width: width)
    drawTitle(&frame)
    drawRequests(&frame)
    ReplayEndpoints(report: report).draw(into: &frame)
    drawKinds(&frame)
    drawSlowest(&frame)
    ReplayModels(report: report).draw(into: &frame)
    drawGaps(&frame)
    drawLog(&frame)
    return frame
  }

  // MARK: When and how much

  private func drawTitle(_ frame: inout Frame) {
    let read = report.files.filter(\.isOpened)
    var row = Row()
    row.add("vitals replay ", .title)
    row.add(read.count == 1 ? read[0].shortName : "\(read.count) files", .value)
    let lines = "\(Units.count(Double(report.lines))) lines, \(Units.bytes(Double(report.bytes)))"
    row.add("  " + lines, .dim)
    frame.add(row)
    if let span = report.span, let seconds = report.seconds {
      var times = Row()
      times.add("  \(ReplayTime.day(span.lowerBound)) to \(ReplayTime.short(span.upperBound, in: span)) UTC", .value)
      times.add("  " + (seconds < 60 ? Units.seconds(seconds) : Units.duration(seconds)), .dim)
      frame.add(times)
    } else {
      frame.addNote("no line says a time that can be read: there is nothing about when")
    }
    if report.isPartial { warn("stopped before the end: what follows is about the part that was read", &frame) }
    for file in report.files { if let failure = file.failure { warn(failure, &frame) } }
    for twin in report.twins.prefix(Limits.replayRows) {
      warn(twin.text, &frame)
      frame.addNote(twin.advice)
    }
  }

  private func warn(_ text: String, _ frame: inout Frame) {
    var row = Row()
    row.add("  " + text, .warn)
    frame.add(row)
  }

  // MARK: How fast, and what failed

  private func drawRequests(_ frame: inout Frame) {
    frame.addHeading("Requests")
    if report.requests == 0 {
      frame.addNote("none: no line has a method, a path and a status; 'vitals check --log FILE' says what lines have")
      drawCourse(&frame)
      return drawLevels(&frame)
    }
    var row = head("requests", Units.count(Double(report.requests)), .value, frame.width)
    if let seconds = report.seconds, seconds > 0 {
      row.add("mean", Units.rate(Double(report.requests) / seconds), width: 7)
    }
    if let peak = report.peak {
      let rate = Units.rate(Double(peak.requests) / Double(report.course.width))
      var field = Row()
      field.add("  peak ", .dim)
      field.add(rate, .value)
      field.add(" at " + ReplayTime.short(peak.start &* 1_000_000_000, in: report.span), .dim)
      row.add(field)
    }
    frame.add(row)
    drawErrors(&frame)
    if let durations = report.durations {
      var row = head("P99", Units.seconds(durations.p99), .value, frame.width)
      row.add("P95", Units.seconds(durations.p95), width: 8)
      row.add("P90", Units.seconds(durations.p90), width: 8)
      row.add("P50", Units.seconds(durations.p50), width: 8)
      row.add("max", Units.seconds(durations.longest), width: 8)
      frame.add(row)
    } else {
      frame.addNote("no request has a duration whose unit is known")
    }
    drawLevels(&frame)
    drawCourse(&frame)
  }

  private func drawErrors(_ frame: inout Frame) {
    let whole = Double(report.requests)
    let server = Double(report.count("5")) / whole
    let style: Style = server > 0.01 ? .bad : server > 0.001 ? .warn : .good
    var row = head("errors", Units.percent(server), style, frame.width)
    row.add("5xx", Units.count(Double(report.count("5"))), width: 6)
    row.add("4xx", Units.count(Double(report.count("4"))), width: 6)
    row.add("of all", Units.percent(Double(report.count("4")) / whole), width: 6)
    if let cache = report.cache {
      let ratio = Double(cache.hits) / Double(cache.hits &+ cache.misses)
      row.add("cache hits", Units.percent(ratio), width: 6, ratio < 0.8 ? .warn : .plain)
    }
    frame.add(row)
  }

  private func drawLevels(_ frame: inout Frame) {
    if report.levels.isEmpty { return }
    var label = Row()
    label.add("  ")
    label.add("levels", width: 9, .label)
    var row = FieldRow(label, width: frame.width)
    for (level, count) in report.levels.prefix(Limits.replayRows) {
      let known = LogLevel(rawValue: level)
      let style: Style = known == .error || known == .critical ? .bad : known == .warning ? .warn : .plain
      row.add(level, Units.count(Double(count)), width: 5, style)
    }
    frame.add(row)
  }

  private func head(_ label: String, _ value: String, _ style: Style, _ width: Int) -> FieldRow {
    var row = Row()
    row.add("  ")
    row.add(label, width: 9, .label)
    row.add(value, width: 8, value == Units.none ? .dim : style, right: true)
    return FieldRow(row, width: width)
  }

  /// Requests, server errors and the slowest request over time, the ends of the time below them.
  private func drawCourse(_ frame: inout Frame) {
    guard let span = report.span else { return }
    let (seconds, start, parts) = report.course.parts(frame.width - 24)
    if parts.count < 2 { return }
    let width = Double(seconds)
    var rows: [(label: String, values: [Double?], highest: (Double) -> String)] = []
    if report.requests > 0 {
      rows.append(("requests", parts.map { $0.lines > 0 ? Double($0.requests) / width : nil }, { Units.rate($0) }))
    } else {
      rows.append(("lines", parts.map { $0.lines > 0 ? Double($0.lines) / width : nil }, { Units.rate($0) }))
    }
    if report.count("5") > 0 {
      rows.append(("5xx", parts.map { $0.requests > 0 ? Double($0.errors) / width : nil }, { Units.rate($0) }))
    }
    if report.durations != nil {
      rows.append(("slowest", parts.map { $0.slowest >= 0 ? $0.slowest : nil }, { Units.seconds($0) }))
    }
    for one in rows {
      var row = Row()
      row.add("  ")
      row.add(one.label, width: 9, .label)
      row.add(Bars.spark(one.values), one.label == "5xx" ? .bad : .spark)
      row.add("  " + one.highest(one.values.compactMap { $0 }.max() ?? 0), .dim)
      frame.add(row)
    }
    let first = ReplayTime.short(start &* 1_000_000_000, in: span)
    let last = ReplayTime.short((start &+ seconds &* UInt64(parts.count)) &* 1_000_000_000, in: span)
    var row = Row()
    let note = "\(first)  \(Units.duration(width)) a column, highest at the right"
    row.add(String(repeating: " ", count: 11) + note, .dim)
    let room = 11 + parts.count - row.width - last.count
    if room >= 2 { row.add(String(repeating: " ", count: room) + last, .dim) }
    frame.add(row)
  }

  // MARK: Which to look at

  private func drawKinds(_ frame: inout Frame) {
    let shown = report.errors.prefix(Limits.replayRows)
    if shown.isEmpty { return }
    let note = report.errors.count > shown.count ? "the first \(shown.count) of \(report.errors.count)" : ""
    frame.addHeading("Errors by what they say", note: note)
    for (service, kind) in shown {
      var row = Row()
      row.add("  ")
      row.add(Units.count(Double(kind.count)), width: 6, kind.level == .critical ? .bad : .value, right: true)
      row.add("  ")
      if report.services.count > 1 { row.add(service + " ", .label) }
      row.add(kind.template)
      frame.add(row)
      var below = Row()
      below.add("          " + times(kind), .dim)
      let example = String(decoding: kind.example, as: UTF8.self)
      if example != kind.template { below.add("  " + example, .dim) }
      frame.add(below)
    }
  }

  /// From when to when; one line that says no time makes the first unknown.
  private func times(_ kind: ErrorKind) -> String {
    let last = kind.last > 0 ? ReplayTime.short(kind.last, in: report.span) : ""
    if kind.first == kind.last { return last }
    return kind.first > 0 ? "\(ReplayTime.short(kind.first, in: report.span)) to \(last)" : "until \(last)"
  }

  private func drawSlowest(_ frame: inout Frame) {
    let slowest = report.witness.slow.all
    if slowest.isEmpty { return }
    frame.addHeading("Slowest requests")
    for slow in slowest {
      var row = Row()
      row.add("  ")
      row.add(slow.time.map { ReplayTime.short($0, in: report.span) } ?? Units.none, .dim)
      row.add(Units.seconds(slow.seconds), width: 9, .value, right: true)
      row.add(" \(slow.status) ", slow.status >= 500 ? .bad : slow.status >= 400 ? .warn : .plain)
      let what = (report.services.count > 1 ? slow.service + " " : "") + "\(slow.method) \(slow.path)"
      row.add(DisplayText.cut(DisplayText.safe(what), frame.width - row.width), .label)
      // Where it is found again is never cut: it goes below what was asked for where there is no room beside it.
      var fields = FieldRow(row, width: frame.width)
      let name = report.files[slow.file].shortName
      var place = Row()
      place.add("  \(name):\(slow.number)" + (slow.id.map { "  \($0)" } ?? ""), .dim)
      fields.add(place)
      frame.add(fields)
    }
  }

  // MARK: Whether it can be trusted

  private func drawGaps(_ frame: inout Frame) {
    if report.gaps.isEmpty { return }
    let seconds = report.gaps.reduce(0) { $0 &+ $1.seconds }
    frame.addHeading("Silences", note: "\(report.gaps.count), \(Units.duration(Double(seconds))) in all")
    for gap in report.longestGaps(Limits.replayRows).sorted(by: { $0.start < $1.start }) {
      var row = Row()
      row.add("  \(ReplayTime.short(gap.start &* 1_000_000_000, in: report.span))", .dim)
      row.add(Units.duration(Double(gap.seconds)), width: 10, .warn, right: true)
      row.add("  nothing was logged; about \(Units.count(Double(gap.expected))) lines were due")
      frame.add(row)
    }
  }

  private func drawLog(_ frame: inout Frame) {
    let witness = report.witness
    frame.addHeading("The log")
    for form in report.forms {
      var row = Row()
      row.add("  ")
      row.add(form.name, width: 11, .label)
      row.add(Units.count(Double(form.lines)), width: 7, right: true)
      if !form.loggers.isEmpty { row.add("  " + form.loggers.joined(separator: ", "), .dim) }
      frame.add(row)
    }
    var notes: [(label: String, count: UInt64, text: String)] = [
      ("continued", witness.continuations, "belong to the line before, as stack traces do"),
      ("no time", witness.untimed, "say no time and are not in the course above"),
      ("folded", report.folded, "requests count as the endpoint 'other', for want of room"),
      ("repeated", report.repeated, "lines tell a request again, of a server and of its service; it counts once"),
    ]
    if witness.late.lines > 0 {
      let most = Units.seconds(Double(witness.late.most) / 1e9)
      notes.append(("late", witness.late.lines, "out of order, by up to \(most)"))
    }
    for note in notes where note.count > 0 {
      var row = Row()
      row.add("  ")
      row.add(note.label, width: 11, .label)
      row.add(Units.count(Double(note.count)), width: 7, right: true)
      row.add("  " + note.text, .dim)
      frame.add(row)
    }
    for fault in witness.faults {
      var head = Row()
      head.add("  ")
      head.add("refused", width: 11, .label)
      head.add(Units.count(Double(fault.count)), width: 7, .warn, right: true)
      head.add("  \(fault.reason.explanation)")
      var row = FieldRow(head, width: frame.width)
      var place = Row()
      place.add("  \(report.files[fault.file].shortName):\(fault.number)", .dim)
      row.add(place)
      frame.add(row)
    }
  }
}
