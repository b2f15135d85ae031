// The counts of one model.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Calls by status, their durations and tokens.
struct AIModelCounts {
  /// The upper bounds of the duration's buckets, in seconds: an answer takes from a tenth of a second to minutes.
  static let bounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300]

  /// One series of calls.
  struct Status {
    let name: [UInt8]
    /// `service`, `model`, `status`.
    let labels: LabelSet
    var count: UInt64
  }

  /// `service`, `model`.
  let labels: LabelSet
  /// In the order they came.
  private(set) var statuses: [Status] = []
  /// Tokens of every kind that a line has said, with the labels of each.
  private(set) var tokens: [(kind: AICall.Tokens, labels: LabelSet, count: UInt64)] = []
  private var buckets = [UInt64](repeating: 0, count: AIModelCounts.bounds.count + 1)
  private var sum = 0.0

  /// Nothing counted yet.
  init(labels: LabelSet) { self.labels = labels }

  /// The durations; nil when no call had one.
  var durations: HistogramSnapshot? {
    if !buckets.contains(where: { $0 > 0 }) { return nil }
    return HistogramSnapshot(upperBounds: Self.bounds, counts: buckets, sum: sum)
  }

  /// Counts a call to the model.
  mutating func count(_ call: borrowing AICall) {
    let place = place(call.status)
    statuses[place].count &+= 1
    for kind in AICall.Tokens.allCases {
      if let count = call.tokens[kind.rawValue] { add(kind, count) }
    }
    guard let seconds = call.seconds else { return }
    buckets[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] &+= 1
    sum += seconds
  }

  private mutating func add(_ kind: AICall.Tokens, _ count: UInt64) {
    if let place = tokens.firstIndex(where: { $0.kind == kind }) { return tokens[place].count &+= count }
    tokens.append((kind, labels.adding([("type", kind.label)]), count))
  }

  private mutating func place(_ status: [UInt8]) -> Int {
    if let known = statuses.firstIndex(where: { $0.name == status }) { return known }
    let isFull = statuses.count >= Limits.aiStatuses
    let name = isFull ? Array("other".utf8) : status
    if isFull, let other = statuses.firstIndex(where: { $0.name == name }) { return other }
    let text = String(decoding: name, as: UTF8.self)
    statuses.append(Status(name: name, labels: labels.adding([("status", text)]), count: 0))
    return statuses.count - 1
  }
}
