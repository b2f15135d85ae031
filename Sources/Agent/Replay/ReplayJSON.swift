// The summary as JSON, schema 1: names say their unit, times are RFC 3339 in UTC, durations seconds, ratios from 0 to 1.
// Fields may be added; those that are there keep their meaning.
// SPDX-License-Identifier: Apache-2.0

/// The summary for programs.
struct ReplayJSON {
  let report: ReplayReport

  /// All of it.
  var text: String { document.document }

  private var document: JSONNode {
    .object([
      ("schema", .count(1)), ("partial", report.isPartial ? .flag(true) : nil),
      ("files", .list(report.files.map(file))),
      ("start", report.span.map { time($0.lowerBound) }), ("end", report.span.map { time($0.upperBound) }),
      ("seconds", report.seconds.map { .number($0) }), ("lines", lines),
      ("forms", .list(report.forms.map(form))), ("levels", counts(report.levels.map { ($0.level, $0.count) })),
      ("refused", .list(report.witness.faults.map(fault))), ("requests", requests),
      ("same_requests", report.twins.isEmpty ? nil : .list(report.twins.map(twin))),
      ("endpoints", .list(report.endpoints.map(endpoint))), ("errors", .list(report.errors.map(error))),
      ("slowest", .list(report.witness.slow.all.map(slow))),
      ("cache", cache),
      ("models", report.models.isEmpty ? nil : .list(report.models.map(model))),
      ("gap_count", .count(UInt64(report.gaps.count))),
      ("gap_seconds", .count(report.gaps.reduce(0) { $0 &+ $1.seconds })), ("gaps", .list(longestGaps)),
      ("bucket_seconds", .count(report.course.width)), ("course", .list(course)),
    ])
  }

  private func file(_ file: ReplayFile) -> JSONNode {
    .object([
      ("file", .text(file.name)), ("service", .text(file.source.service)),
      ("bytes", file.isOpened ? .count(file.bytes) : nil), ("lines", file.isOpened ? .count(file.lines) : nil),
      ("error", file.failure.map { .text($0) }),
    ])
  }

  private var lines: JSONNode {
    let witness = report.witness
    return .object([
      ("count", .count(report.lines)), ("bytes", .count(report.bytes)), ("continued", .count(witness.continuations)),
      ("without_time", .count(witness.untimed)), ("out_of_order", .count(witness.late.lines)),
      ("out_of_order_seconds", witness.late.lines > 0 ? .number(Double(witness.late.most) / 1e9) : nil),
    ])
  }

  private func twin(_ twin: ReplayTwin) -> JSONNode {
    .object([
      ("server", .text(twin.server)), ("service", .text(twin.service)), ("requests", .count(twin.requests)),
      ("arguments", .list(twin.arguments.map { .text($0) })),
    ])
  }

  private func form(_ form: ReplayReport.Form) -> JSONNode {
    .object([
      ("form", .text(form.name)), ("lines", .count(form.lines)),
      ("loggers", form.loggers.isEmpty ? nil : .list(form.loggers.map { .text($0) })),
    ])
  }

  private func fault(_ fault: ReplayFault) -> JSONNode {
    .object([
      ("reason", .text(fault.reason.reason)), ("count", .count(fault.count)),
      ("file", .text(report.files[fault.file].name)), ("line", .count(fault.number)),
    ])
  }

  private var requests: JSONNode {
    .object([
      ("count", .count(report.requests)), ("statuses", counts(report.statuses.map { ($0.status, $0.count) })),
      ("error_ratio", ratio(report.count("5"), report.requests)),
      ("per_second", report.seconds.flatMap { $0 > 0 ? .number(Double(report.requests) / $0) : nil }),
      ("folded", .count(report.folded)), ("repeated", .count(report.repeated)),
      ("without_time", .count(report.witness.untimedRequests)),
      ("peak", report.peak.map(peak)), ("durations", report.durations.map(durations)),
    ])
  }

  private func peak(_ peak: (start: UInt64, requests: UInt64)) -> JSONNode {
    .object([
      ("start", second(peak.start)), ("seconds", .count(report.course.width)), ("requests", .count(peak.requests)),
    ])
  }

  private func durations(_ durations: ReplayReport.Durations) -> JSONNode {
    .object([
      ("count", .count(durations.count)), ("sum_seconds", seconds(durations.sum)),
      ("p50_seconds", seconds(durations.p50)), ("p90_seconds", seconds(durations.p90)),
      ("p95_seconds", seconds(durations.p95)), ("p99_seconds", seconds(durations.p99)),
      ("max_seconds", seconds(durations.longest)),
    ])
  }

  private func endpoint(_ endpoint: ReplayReport.Endpoint) -> JSONNode {
    .object([
      ("service", .text(endpoint.service)), ("method", .text(endpoint.method)), ("path", .text(endpoint.path)),
      ("requests", .count(endpoint.requests)), ("statuses", counts(endpoint.statuses.map { ($0.status, $0.count) })),
      ("client_error_ratio", ratio(endpoint.count("4"), endpoint.requests)),
      ("error_ratio", ratio(endpoint.count("5"), endpoint.requests)),
      ("durations", endpoint.durations.map(durations)),
    ])
  }

  private func error(_ error: (service: String, kind: ErrorKind)) -> JSONNode {
    let kind = error.kind
    return .object([
      ("fingerprint", .text(kind.template)), ("service", .text(error.service)), ("level", .text(kind.level.rawValue)),
      ("count", .count(kind.count)), ("first", kind.first > 0 ? time(kind.first) : nil),
      ("last", kind.last > 0 ? time(kind.last) : nil),
      ("example", .text(String(decoding: kind.example, as: UTF8.self))),
    ])
  }

  private func model(_ model: ReplayModel) -> JSONNode {
    .object([
      ("model", .text(model.name)), ("service", .text(model.service)), ("calls", .count(model.calls)),
      ("statuses", counts(model.statuses.map { ($0.status, $0.count) })),
      ("tokens", model.tokens.isEmpty ? nil : counts(model.tokens.map { ($0.type, $0.count) })),
      (
        "durations",
        model.durations.map {
          .object([
            ("count", .count($0.count)), ("sum_seconds", seconds($0.sum)), ("p50_estimate_seconds", seconds($0.p50)),
            ("p95_estimate_seconds", seconds($0.p95)),
          ])
        }
      ),
    ])
  }

  private func slow(_ slow: SlowRequest) -> JSONNode {
    .object([
      ("seconds", seconds(slow.seconds)), ("time", slow.time.map { time($0) }), ("service", .text(slow.service)),
      ("method", .text(slow.method)), ("path", .text(slow.path)), ("status", .count(UInt64(slow.status))),
      ("id", slow.id.map { .text($0) }), ("file", .text(report.files[slow.file].name)), ("line", .count(slow.number)),
    ])
  }

  private var cache: JSONNode? {
    report.cache.map { cache in
      .object([
        ("hits", .count(cache.hits)), ("misses", .count(cache.misses)),
        ("hit_ratio", ratio(cache.hits, cache.hits &+ cache.misses)),
      ])
    }
  }

  /// The buckets in which something was logged.
  private var course: [JSONNode] {
    report.course.all.map { start, bucket in
      .object([
        ("start", second(start)), ("lines", .count(bucket.lines)), ("requests", .count(bucket.requests)),
        ("errors", .count(bucket.errors)), ("max_seconds", bucket.slowest >= 0 ? seconds(bucket.slowest) : nil),
      ])
    }
  }

  private var longestGaps: [JSONNode] {
    report.longestGaps(Limits.replayGaps).map {
      .object([
        ("start", second($0.start)), ("end", second($0.end)), ("seconds", .count($0.seconds)),
        ("expected_lines", .count($0.expected)),
      ])
    }
  }

  private func counts(_ counts: [(name: String, count: UInt64)]) -> JSONNode {
    .object(counts.map { ($0.name, .count($0.count)) })
  }

  private func ratio(_ part: UInt64, _ whole: UInt64) -> JSONNode? {
    whole > 0 ? .number(Double(part) / Double(whole)) : nil
  }

  /// A duration to the nanosecond: what binary fractions leave behind is nothing that anyone measured.
  private func seconds(_ seconds: Double) -> JSONNode {
    let nanoseconds = (seconds * 1e9).rounded()
    return .number(nanoseconds < 1e15 ? nanoseconds / 1e9 : seconds)
  }

  private func time(_ nanoseconds: UInt64) -> JSONNode { .text(ReplayTime.text(nanoseconds)) }

  private func second(_ seconds: UInt64) -> JSONNode {
    .text(ReplayTime.text(seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue))
  }
}
