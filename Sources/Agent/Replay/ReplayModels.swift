// The table of language models: what a service waits for, and what it pays for.
// SPDX-License-Identifier: Apache-2.0

/// Draws the calls by model.
struct ReplayModels {
  let report: ReplayReport

  /// Draws the table; nothing where no line says a call.
  func draw(into frame: inout Frame) {
    if report.models.isEmpty { return }
    let shown = report.models.prefix(Limits.replayRows)
    let note = report.models.count > shown.count ? "the first \(shown.count) of \(report.models.count)" : ""
    frame.addHeading("Calls to language models", note: note)
    let titles = ["calls", "not ok", "P50 ~", "P95 ~", "tokens in", "out"]
    // A narrow frame has no room for the median.
    let widths = [8, 8, frame.width < 70 ? 0 : 9, 9, 11, 9]
    let room = max(10, frame.width - 2 - widths.reduce(0, +))
    var head = Row()
    head.add("  ")
    head.add("model", width: room, .dim)
    for (title, width) in zip(titles, widths) where width > 0 { head.add(title, width: width, .dim, right: true) }
    frame.add(head)
    for model in shown {
      var row = Row()
      row.add("  ")
      row.add((report.services.count > 1 ? model.service + " " : "") + model.name, width: room, .label)
      let failed = model.failed
      for (place, text) in texts(model, failed).enumerated() where widths[place] > 0 {
        let style: Style = text == Units.none ? .dim : place == 1 && failed > 0 ? .bad : .plain
        row.add(text, width: widths[place], style, right: true)
      }
      frame.add(row)
    }
  }

  private func texts(_ model: ReplayModel, _ failed: UInt64) -> [String] {
    func tokens(_ type: String) -> String {
      Units.count(model.tokens.first { $0.type == type }.map { Double($0.count) })
    }
    return [
      Units.count(Double(model.calls)), Units.count(Double(failed)), Units.seconds(model.durations?.p50),
      Units.seconds(model.durations?.p95), tokens("input"), tokens("output"),
    ]
  }
}
