// The figures of one service, or of one of its endpoints, out of the series that its log gave.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Rate, errors and durations of some request series.
struct ServiceReadings {
  private let requests: [SeriesView]
  private let buckets: [(bound: Double, series: SeriesView)]
  private let sums: [SeriesView]

  /// Of all series with these labels.
  init(_ history: History, _ labels: [(name: String, value: String)]) {
    self.init(
      requests: history.series("http_requests_total", labels),
      buckets: history.series("http_request_duration_seconds_bucket", labels),
      sums: history.series("http_request_duration_seconds_sum", labels))
  }

  /// Of these, or of the durations of a histogram alone.
  init(requests: [SeriesView] = [], buckets: [SeriesView], sums: [SeriesView]) {
    self.requests = requests
    self.sums = sums
    self.buckets = buckets.map { one in
      let bound = one.labels["le"] ?? ""
      return (bound == "+Inf" ? .infinity : Double(bound) ?? .infinity, one)
    }
  }

  /// Requests a second over the `seconds` before a tick, of all statuses or of a class such as `5`.
  func rate(endingAt tick: Int, seconds: Double, status: Character? = nil) -> Double? {
    var total: Double?
    for one in requests {
      if let status, one.labels["status"]?.first != status { continue }
      if let rate = one.rate(endingAt: tick, seconds: seconds) { total = (total ?? 0) + rate }
    }
    return total
  }

  /// The share of requests whose status is of a class; nil without requests.
  func share(of status: Character, endingAt tick: Int, seconds: Double) -> Double? {
    guard let all = rate(endingAt: tick, seconds: seconds), all > 0 else { return nil }
    return (rate(endingAt: tick, seconds: seconds, status: status) ?? 0) / all
  }

  /// The growth of buckets and sum, to take quantiles of.
  func durations(endingAt tick: Int, seconds: Double) -> BucketQuantile {
    var result = BucketQuantile()
    for (bound, series) in buckets {
      if let growth = series.growth(endingAt: tick, seconds: seconds) { result.add(growth.amount, upTo: bound) }
    }
    for series in sums {
      if let growth = series.growth(endingAt: tick, seconds: seconds) { result.add(sum: growth.amount) }
    }
    return result
  }
}
