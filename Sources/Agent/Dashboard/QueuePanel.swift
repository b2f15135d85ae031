// Accept queues that were half full or more in the last minute: the service takes connections more slowly than clients
// make them. What waits there, or is turned away, is in no log of the service, whose own durations look well meanwhile. A
// machine on which nothing waits has no such panel.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Accept queues, the fullest first.
struct QueuePanel {
  private struct Queue {
    let name: String
    let fullest: Double
    let waiting: Double?
    let limit: Double?
  }

  private let queues: [Queue]
  private let refused: Double?

  init(_ history: History) {
    let window = Int(Limits.dashboardServiceSeconds)
    func most(_ series: SeriesView) -> Double? {
      SeriesView.course(history, count: window, seconds: window) { tick, _ in series.value(at: tick) }
        .compactMap { $0 }.max()
    }
    let found = history.series("vitals_listen_queue_fullest_ratio").compactMap { series -> Queue? in
      guard let fullest = most(series), fullest >= Limits.dashboardQueueRatio else { return nil }
      let labels = ["protocol", "address", "port"].map { (name: $0, value: series.labels[$0] ?? "") }
      return Queue(
        name: Self.name(series.labels), fullest: fullest,
        waiting: history.series("vitals_listen_queue", labels).first?.latest,
        limit: history.series("vitals_listen_queue_limit", labels).first?.latest)
    }
    queues = found.sorted { ($0.fullest, $1.name) > ($1.fullest, $0.name) }
    refused = history.series("node_netstat_TcpExt_ListenOverflows").first?.rate(seconds: Double(window))
  }

  /// `:8000` of all addresses, `127.0.0.1:8000`, `[::1]:8000`, or a path.
  private static func name(_ labels: LabelSet) -> String {
    let address = labels["address"] ?? ""
    guard let port = labels["port"].flatMap({ UInt16($0) }) else { return address }
    if address == "0.0.0.0" || address == "::" { return ":\(port)" }
    return ListenAddress.tcp(host: address, port: port).description
  }

  func draw(into frame: inout Frame, limit: Int) {
    if queues.isEmpty { return }
    frame.addHeading("Accept queues", note: "fullest of the last minute")
    for queue in queues.prefix(limit) {
      var row = FieldRow(Gauges.row(queue.name, queue.fullest, frame.width), width: frame.width)
      row.add("wait now", Units.count(queue.waiting), width: 5)
      row.add("of", Units.count(queue.limit), width: 5)
      // The label has room for nine columns.
      if DisplayText.width(queue.name) > 9 { row.add("at", queue.name, width: DisplayText.width(queue.name)) }
      frame.add(row)
    }
    if let refused, refused > 0 {
      frame.addNote(
        "\(Units.rate(refused)) connections found a queue full, of all addresses: their clients try again, or give up")
    }
  }
}
