// How long a scraper waits, as it says itself.
// SPDX-License-Identifier: Apache-2.0

/// The time that a scrape may take.
public enum ScrapeTimeLimit {
  /// The header that Prometheus sends.
  public static let headerName = "X-Prometheus-Scrape-Timeout-Seconds"

  /// Nine tenths of the seconds in the header's value, the rest being for the way; nil without a positive finite number.
  /// Pass it to ``Exposition/render(_:as:within:)``.
  ///
  /// Source: Prometheus, scrape/scrape.go.
  public static func duration(header: String?) -> Duration? {
    guard let header, let seconds = Double(header), seconds > 0, seconds.isFinite else { return nil }
    return .seconds(min(seconds, MetricsLimits.scrapeSeconds) * 0.9)
  }
}
