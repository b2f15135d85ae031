// What the logs of one service add up to, shared by the readers of its files.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The counters of one service. Not thread-safe.
final class ServiceCounts {
  /// The value of the label `service`.
  let service: String
  /// `service`.
  let labels: LabelSet
  /// The counters, for a reader to borrow.
  var tally: LogTally
  /// What reads its files; nil until the first is there.
  var reader: ServiceReader?
  /// Requests whose lines say of which trace they are.
  var examples = RequestExamples()

  /// Nothing counted yet; at most `routeLimit` pairs of method and path get series of their own.
  init(
    service: String, paths form: PathForm = .template, routeLimit: Int = Limits.logRoutes, known: [KnownRoute] = []
  ) {
    self.service = service
    labels = LabelSet([("service", service)])
    tally = LogTally(labels: labels, paths: form, routeLimit: routeLimit)
    for route in known where route.service == nil || route.service == service { tally.routes.add(route) }
  }

  var routes: [RouteCounts] { tally.routes.named() }
  var levels: [(labels: LabelSet, count: UInt64)] { tally.levels.all }
  /// Errors by kind, in the order they came.
  var errors: [ErrorKind] { tally.errors.all }
  /// Calls to language models, in the order the models came.
  var models: [AIModelCounts] { tally.calls.all }
  var hits: UInt64 { tally.hits }
  var misses: UInt64 { tally.misses }
  /// Whether anything was counted.
  var hasLines: Bool { !levels.isEmpty }
  /// Requests whose path had no room of its own.
  var folded: UInt64 { tally.routes.folded }
  /// Lines that told a request again, which counts once.
  var repeated: UInt64 { tally.routes.repeated }
}
