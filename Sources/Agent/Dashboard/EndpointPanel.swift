// The slowest endpoints of the last minute, over all services: the first place to look for what takes the time. Those of
// which the minute had a handful of requests stand below the others, since their percentiles are those of one request.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Endpoints by their 99th percentile, the rare ones last.
struct EndpointPanel {
  private struct Endpoint {
    let service: String
    let method: String
    let path: String
    let rate: Double
    let isRare: Bool
    let errors: Double?
    let quantiles: BucketQuantile
  }

  private struct Key: Hashable {
    let service: String
    let method: String
    let path: String

    init(_ series: SeriesView) {
      service = series.labels["service"] ?? ""
      method = series.labels["method"] ?? ""
      path = series.labels["path"] ?? ""
    }
  }

  private let endpoints: [Endpoint]
  private let hasManyServices: Bool

  init(_ history: History) {
    let requests = Dictionary(grouping: history.series("http_requests_total"), by: Key.init)
    let buckets = Dictionary(grouping: history.series("http_request_duration_seconds_bucket"), by: Key.init)
    let sums = Dictionary(grouping: history.series("http_request_duration_seconds_sum"), by: Key.init)
    let now = history.span.upperBound - 1
    let window = Limits.dashboardServiceSeconds
    var endpoints: [Endpoint] = []
    for (key, series) in requests {
      let readings = ServiceReadings(requests: series, buckets: buckets[key] ?? [], sums: sums[key] ?? [])
      guard let rate = readings.rate(endingAt: now, seconds: window), rate > 0 else { continue }
      endpoints.append(
        Endpoint(
          service: key.service, method: key.method, path: key.path, rate: rate,
          isRare: rate * window < Limits.dashboardRareRequests,
          errors: readings.share(of: "5", endingAt: now, seconds: window),
          quantiles: readings.durations(endingAt: now, seconds: window)))
    }
    hasManyServices = Set(endpoints.map(\.service)).count > 1
    self.endpoints = endpoints.sorted { one, other in
      if one.isRare != other.isRare { return other.isRare }
      let (mine, its) = (one.quantiles.value(0.99) ?? -1, other.quantiles.value(0.99) ?? -1)
      return mine != its ? mine > its : (one.service, one.path, one.method) < (other.service, other.path, other.method)
    }
  }

  func draw(into frame: inout Frame, limit: Int) {
    if endpoints.isEmpty { return }
    let shown = endpoints.prefix(limit)
    let note = endpoints.count > limit ? "\(limit) of \(endpoints.count), last minute" : "last minute"
    frame.addHeading("Slowest endpoints", note: note)
    let figures = ["P99", "P95", "P50", "req/s", "5xx"]
    // A narrow frame leaves the paths as much room as the figures can spare.
    let column = frame.width < 80 ? 8 : 9
    let room = frame.width - 2 - figures.count * column
    var head = Row()
    head.add("  ")
    head.add("endpoint", width: room, .dim)
    for figure in figures { head.add(figure, width: column, .dim, right: true) }
    frame.add(head)
    for endpoint in shown { frame.add(row(endpoint, room, column)) }
  }

  private func row(_ endpoint: Endpoint, _ room: Int, _ column: Int) -> Row {
    let service = hasManyServices ? endpoint.service + " " : ""
    var row = Row()
    row.add("  ")
    row.add("\(service)\(endpoint.method) \(endpoint.path)", width: room, .label)
    for (rank, isFirst) in [(0.99, true), (0.95, false), (0.5, false)] {
      let value = endpoint.quantiles.value(rank)
      let style: Style = value == nil ? .dim : (value ?? 0) > 0.5 ? .warn : isFirst ? .value : .plain
      row.add(Units.seconds(value), width: column, style, right: true)
    }
    row.add(Units.count(endpoint.rate), width: column, right: true)
    let errors = endpoint.errors ?? 0
    let style: Style = errors > 0.01 ? .bad : errors > 0.001 ? .warn : .dim
    row.add(Units.percent(endpoint.errors), width: column, style, right: true)
    return row
  }
}
