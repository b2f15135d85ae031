// Errors by kind: found by their templates as bytes, so that an error that came before costs no heap. A kind keeps its
// series for ever, as a counter must; past the limit all new ones are `other`, so that the sum of all stays exact.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The errors of one service. Not thread-safe.
struct ErrorTable {
  private static let other = Array("other".utf8)

  /// In the order they came.
  private(set) var all: [ErrorKind] = []
  private let labels: LabelSet
  private var index = BytesIndex()
  private var fold = ErrorFold()
  private var key: [UInt8] = []

  /// Nothing counted yet; `labels` begin those of each series.
  init(labels: LabelSet) { self.labels = labels }

  /// Counts an error.
  mutating func count(_ line: borrowing ErrorLine) {
    fold.begin()
    fold.add(line.text.span)
    if !line.cause.isEmpty {
      if !line.text.isEmpty { fold.join() }
      fold.add(line.cause.span)
    }
    key.removeAll(keepingCapacity: true)
    key.append(contentsOf: fold.template)
    if key.isEmpty { key.append(contentsOf: "no text".utf8) }
    let place = place(line)
    all[place].count &+= 1
    all[place].first = min(all[place].first, line.time)
    // Lines of several files are not in order.
    if all[place].count > 1, line.time < all[place].last { return }
    all[place].last = line.time
    line.write(example: &all[place].example)
    if line.level.number > all[place].level.number { all[place].level = line.level }
  }

  private mutating func place(_ line: borrowing ErrorLine) -> Int {
    if let known = find(key) { return known }
    // A template may be that very word.
    if all.count >= Limits.errorKinds, let other = find(Self.other) { return other }
    if all.count >= Limits.errorKinds { key = Self.other }
    let bytes = key
    let template = String(decoding: bytes, as: UTF8.self)
    all.append(
      ErrorKind(
        template: template, labels: labels.adding([("fingerprint", template)]), level: line.level, first: line.time,
        last: line.time))
    return index.insert(bytes.span, 0..<bytes.count)
  }

  private func find(_ key: [UInt8]) -> Int? { index.find(key.span, 0..<key.count) }
}
