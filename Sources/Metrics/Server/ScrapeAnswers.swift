// What is answered: the exposition at /metrics, or why not. The server counts what it refuses and drops in a registry of
// its own around the host's, which stays as it is; as long as all is well the exposition holds the host's metrics alone.
// SPDX-License-Identifier: Apache-2.0

/// Answers requests.
struct ScrapeAnswers {
  private let registry = Registry()
  private let refused: Family<Counter>?
  private let dropped: Family<Counter>?
  private let hosts: ServedHosts

  init(_ registry: Registry, hosts: ServedHosts) {
    self.hosts = hosts
    refused = try? self.registry.counter(
      "vitals_metrics_server_refused_requests_total", help: "Requests that were not answered with metrics, by status.",
      labels: ["code"])
    dropped = try? self.registry.counter(
      "vitals_metrics_server_dropped_connections_total",
      help: "Clients that were closed or turned away before they had their answer, by reason.", labels: ["reason"])
    self.registry.register(registry)
  }

  /// The answer to a whole request.
  func answer(_ request: ScrapeRequest) -> ScrapeAnswer {
    let isHead = request.method == "HEAD"
    if let refusal = refusal(request) {
      count(refusal)
      return ScrapeAnswer(refusal, isHead: isHead, closes: !request.keepsAlive, at: Int(SystemClock.unixSeconds))
    }
    let format = Negotiation.format(accept: request.accept)
    return ScrapeAnswer(
      status: 200, contentType: format.contentType, body: registry.exposition(format), isHead: isHead,
      closes: !request.keepsAlive, at: Int(SystemClock.unixSeconds))
  }

  /// The answer to what is no request; the connection ends with it.
  func answer(_ refusal: ScrapeRefusal) -> ScrapeAnswer {
    count(refusal)
    return ScrapeAnswer(refusal, at: Int(SystemClock.unixSeconds))
  }

  /// The answer to a client too many.
  var busy: ScrapeAnswer {
    ScrapeAnswer(ScrapeRefusal(status: 503, reason: "too many clients"), at: Int(SystemClock.unixSeconds))
  }

  /// Counts a client that was closed.
  func countDrop(_ reason: String) { try? dropped?.labels(reason).increment() }

  private func count(_ refusal: ScrapeRefusal) { try? refused?.labels(String(refusal.status)).increment() }

  private func refusal(_ request: ScrapeRequest) -> ScrapeRefusal? {
    if !hosts.serves(request.host) {
      return ScrapeRefusal(status: 403, reason: "this Host is not served here; allowedHosts admits it")
    }
    if request.path != "/metrics" { return ScrapeRefusal(status: 404, reason: "the metrics are at /metrics") }
    if request.method != "GET" && request.method != "HEAD" {
      return ScrapeRefusal(status: 405, reason: "only GET and HEAD")
    }
    return nil
  }
}
