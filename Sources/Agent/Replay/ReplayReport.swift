// What a reading of finished logs has found, as plain values: the text and the JSON show the same figures. What is not
// known is nil.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The summary.
struct ReplayReport {
  /// Durations in seconds.
  struct Durations {
    let count: UInt64
    let sum: Double
    let p50: Double
    let p90: Double
    let p95: Double
    let p99: Double
    let longest: Double

    /// Nil when there was none.
    init?(_ sketch: DurationSketch) {
      guard let p50 = sketch.quantile(0.5), let p90 = sketch.quantile(0.9), let p95 = sketch.quantile(0.95),
        let p99 = sketch.quantile(0.99), let longest = sketch.longest
      else { return nil }
      (count, sum, self.longest) = (sketch.count, sketch.sum, longest)
      (self.p50, self.p90, self.p95, self.p99) = (p50, p90, p95, p99)
    }
  }

  /// The requests of one method and route.
  struct Endpoint {
    let service: String
    let method: String
    let path: String
    let requests: UInt64
    /// By status, ascending; `other` last.
    let statuses: [(status: String, count: UInt64)]
    let durations: Durations?

    /// Requests whose status begins so.
    func count(_ first: Character) -> UInt64 { ReplayReport.count(statuses, first) }
  }

  /// Lines, or records, of one way of writing.
  struct Form {
    let name: String
    let lines: UInt64
    /// The loggers that were seen.
    let loggers: [String]
  }

  let files: [ReplayFile]
  let services: [String]
  let isPartial: Bool
  let lines: UInt64
  let bytes: UInt64
  let span: ClosedRange<UInt64>?
  let course: TimeCourse
  let gaps: [LogGap]
  let forms: [Form]
  let levels: [(level: String, count: UInt64)]
  let requests: UInt64
  let statuses: [(status: String, count: UInt64)]
  let durations: Durations?
  /// Most requests first.
  let endpoints: [Endpoint]
  /// Requests that count in an endpoint `other`, for want of room.
  let folded: UInt64
  /// Lines that told a request again.
  let repeated: UInt64
  /// Services whose logs seem to tell the same requests.
  let twins: [ReplayTwin]
  /// Errors by what they say, with the service of each; most first.
  let errors: [(service: String, kind: ErrorKind)]
  /// Language models, most calls first.
  let models: [ReplayModel]
  /// What caches answered; nil when no line says so.
  let cache: (hits: UInt64, misses: UInt64)?
  let witness: ReplayWitness

  /// Draws it up; a reading may go on afterwards.
  init(_ replay: LogReplay) {
    let witness = replay.witness
    self.witness = witness
    files = replay.files
    services = replay.services.map(\.service)
    isPartial = replay.isPartial
    lines = files.reduce(0) { $0 &+ $1.lines }
    bytes = files.reduce(0) { $0 &+ $1.bytes }
    span = witness.span
    course = witness.course
    gaps = LogGap.all(course)
    forms = Self.forms(witness)
    levels = Self.levels(replay.services)
    let endpoints = replay.services.enumerated().flatMap { place, counts in
      Self.endpoints(counts, place < witness.durations.count ? witness.durations[place] : [])
    }
    // A known route has its series before anybody asks for it.
    self.endpoints = endpoints.filter { $0.requests > 0 }.sorted {
      if $0.requests != $1.requests { return $0.requests > $1.requests }
      return ($0.path, $0.method, $0.service) < ($1.path, $1.method, $1.service)
    }
    requests = endpoints.reduce(0) { $0 &+ $1.requests }
    twins = ReplayTwin.all(replay, self.endpoints)
    statuses = Self.summed(endpoints.flatMap(\.statuses))
    var all = DurationSketch()
    for sketches in witness.durations { for sketch in sketches { all.add(sketch) } }
    durations = Durations(all)
    errors = replay.services.flatMap { counts in counts.errors.map { (counts.service, $0) } }.sorted {
      $0.kind.count != $1.kind.count
        ? $0.kind.count > $1.kind.count : ($0.kind.template, $0.service) < ($1.kind.template, $1.service)
    }
    models = replay.services.flatMap { $0.models.map { ReplayModel($0) } }.sorted {
      $0.calls != $1.calls ? $0.calls > $1.calls : ($0.name, $0.service) < ($1.name, $1.service)
    }
    folded = replay.services.reduce(0) { $0 &+ $1.folded }
    repeated = replay.services.reduce(0) { $0 &+ $1.repeated }
    let (hits, misses) = replay.services.reduce((0, 0)) { ($0.0 &+ $1.hits, $0.1 &+ $1.misses) }
    cache = hits > 0 || misses > 0 ? (hits, misses) : nil
  }

  /// Requests whose status begins so.
  func count(_ first: Character) -> UInt64 { Self.count(statuses, first) }

  private static func count(_ statuses: [(status: String, count: UInt64)], _ first: Character) -> UInt64 {
    statuses.reduce(0) { $1.status.first == first ? $0 &+ $1.count : $0 }
  }

  /// The seconds between the first line and the last.
  var seconds: Double? { span.map { Double($0.upperBound - $0.lowerBound) / 1e9 } }

  /// The busiest bucket, the first of equal ones; nil without a request.
  var peak: (start: UInt64, requests: UInt64)? {
    var best: (start: UInt64, requests: UInt64)?
    for (start, bucket) in course.all where bucket.requests > best?.requests ?? 0 { best = (start, bucket.requests) }
    return best
  }

  /// The longest silences, longest first.
  func longestGaps(_ count: Int) -> [LogGap] {
    Array(gaps.sorted { ($1.seconds, $0.start) < ($0.seconds, $1.start) }.prefix(count))
  }

  private static func endpoints(_ counts: ServiceCounts, _ sketches: [DurationSketch]) -> [Endpoint] {
    counts.routes.enumerated().map { place, route in
      let statuses = route.statuses.map { (status: $0.labels["status"] ?? "other", count: $0.count) }
      return Endpoint(
        service: counts.service, method: route.labels["method"] ?? "", path: route.labels["path"] ?? "",
        requests: statuses.reduce(0) { $0 &+ $1.count }, statuses: summed(statuses),
        durations: place < sketches.count ? Durations(sketches[place]) : nil)
    }
  }

  private static func summed(_ counts: [(status: String, count: UInt64)]) -> [(status: String, count: UInt64)] {
    var sums: [String: UInt64] = [:]
    for (status, count) in counts { sums[status, default: 0] &+= count }
    return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private static func levels(_ services: [ServiceCounts]) -> [(level: String, count: UInt64)] {
    var sums: [String: UInt64] = [:]
    for counts in services {
      for level in counts.levels { sums[level.labels["level"] ?? "", default: 0] &+= level.count }
    }
    return sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
  }

  private static func forms(_ witness: ReplayWitness) -> [Form] {
    let kinds: [(LogForm.Syntax, String)] = [
      (.json, "JSON"), (.otlp, "OTLP JSON"), (.logfmt, "logfmt"), (.access, "access log"), (.text, "text"),
    ]
    return kinds.compactMap { syntax, name in
      var lines = syntax == .json ? witness.scans : 0
      var loggers: [String] = []
      for (number, form) in LogForms.all.enumerated() where form.syntax == syntax {
        lines &+= witness.forms[number]
        if syntax == .json, number != LogForms.generic, witness.isSeen[number] { loggers.append(form.name) }
      }
      return lines > 0 ? Form(name: name, lines: lines, loggers: loggers) : nil
    }
    .sorted { $0.lines > $1.lines }
  }
}
