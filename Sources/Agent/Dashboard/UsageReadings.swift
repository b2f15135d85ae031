// What the processes of a service use together, as its panel and the table of services show it.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// CPU, memory and the like of one service.
struct UsageReadings {
  private let history: History
  private let labels: [(name: String, value: String)]

  init(_ history: History, service: String) {
    self.history = history
    labels = [("service", service)]
  }

  /// Cores in use now; nil before there were two samples.
  var cpu: Double? {
    cpuSeries.filter(\.isCurrent).map { $0.rate(seconds: Limits.dashboardRateSeconds) }.knownSum
  }

  /// Cores in use over the `seconds` before a tick, by processes that may have ended since.
  func cpu(endingAt tick: Int, seconds: Double) -> Double? {
    cpuSeries.map { $0.rate(endingAt: tick, seconds: seconds) }.knownSum
  }

  /// The sum of a gauge over the service's series of it.
  func sum(_ name: String) -> Double? {
    history.series(name, labels).filter(\.isCurrent).map(\.latest).knownSum
  }

  /// How much of the descriptors that it may open the fullest of the processes has open.
  var descriptors: Double? {
    let ratios = history.series("vitals_process_open_fds", labels).filter(\.isCurrent).compactMap { open -> Double? in
      let place = ["pid", "service", "name"].map { (name: $0, value: open.labels[$0] ?? "") }
      guard let value = open.latest, let most = history.series("vitals_process_max_fds", place).first?.latest, most > 0
      else { return nil }
      return value / most
    }
    return ratios.max()
  }

  /// Connections whose peer has gone and that the service has not closed.
  var abandoned: Double? {
    history.series("vitals_service_sockets", labels + [("state", "close_wait")]).first { $0.isCurrent }?.latest
  }

  /// How often it was restarted in the minutes that are kept.
  var restarts: Double? {
    let span = history.span
    return history.series("vitals_service_restarts_total", labels).first?
      .growth(endingAt: span.upperBound - 1, seconds: Double(Limits.historyTicks))?.amount
  }

  private var cpuSeries: [SeriesView] { history.series("vitals_process_cpu_seconds_total", labels) }
}
