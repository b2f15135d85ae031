// Calls to language models by model: how many by status, how long, how many tokens.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The calls of one service. Not thread-safe; no heap for a model and status that came before.
struct AICallTable {
  private static let other = Array("other".utf8)

  /// Models in the order they came.
  private(set) var all: [AIModelCounts] = []
  private let labels: LabelSet
  private var index = BytesIndex()

  /// Nothing counted yet; `labels` begin those of each series.
  init(labels: LabelSet) { self.labels = labels }

  /// Counts a call.
  mutating func count(_ call: borrowing AICall) {
    let place = place(call.model)
    all[place].count(call)
  }

  private mutating func place(_ model: [UInt8]) -> Int {
    if let known = find(model) { return known }
    var name = model
    if all.count >= Limits.aiModels {
      if let other = find(Self.other) { return other }
      name = Self.other
    }
    all.append(AIModelCounts(labels: labels.adding([("model", String(decoding: name, as: UTF8.self))])))
    return index.insert(name.span, 0..<name.count)
  }

  private func find(_ name: [UInt8]) -> Int? { index.find(name.span, 0..<name.count) }
}
