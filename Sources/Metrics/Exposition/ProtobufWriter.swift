// Renders samples as delimited io.prometheus.client.MetricFamily messages. Metrics are written as they come; at the end
// each family's are put behind its head and its length, so that the body is copied once. Field numbers: metrics.proto of
// prometheus/client_model.
// SPDX-License-Identifier: Apache-2.0

/// Writes an exposition. Not thread-safe: one collection, one writer, which ``begin(_:)`` makes ready for the next.
package final class ProtobufWriter: ExpositionWriter {
  /// The metrics of all families as fields of their messages, in pieces.
  private var metrics = TextBuffer()
  private var body = TextBuffer()
  private var gate = FamilyGate()

  /// The names of the registry whose samples come next.
  var names: AllowedNames {
    get { gate.names }
    set { gate.names = newValue }
  }

  /// What was left out since the writer was made.
  package var dropped: ExpositionDrops { gate.dropped }

  /// An empty one.
  package init() {}

  /// Makes an empty body; the memory is kept.
  func begin(_ format: ExpositionFormat) {
    metrics.removeAll()
    body.removeAll()
    gate.begin(format.names)
  }

  // MARK: Families

  /// Opens a family, or goes on with it when it was open before.
  package func family(_ family: MetricFamily) { _ = gate.open(family) }

  /// Writes a registry's family whole; a second registry's family of the same name goes the way of all samples.
  func write(_ family: any RegisteredFamily) {
    let pieces = gate.pieces.count
    guard gate.open(family) != nil else { return family.write(into: self) }
    gate.isTrusted = true
    family.write(into: self)
    gate.isTrusted = false
    if gate.pieces.count == pieces { gate.withdraw(family) }
  }

  // MARK: Samples

  /// Writes a counter, a gauge or a value of no type.
  package func sample(_ labels: LabelSet, _ value: MetricValue, _ details: SampleDetails) {
    guard let (place, labels) = gate.admit(labels, value, isOpenMetrics: false) else { return }
    let type = gate.family(place).type
    metric(place, labels) { metric in
      metric.append(field: ProtobufMessages.valueField(of: type)) { message in
        message.append(field: 1, double: value.asDouble)
        if type != .counter { return }
        if let exemplar = details.exemplar { ProtobufMessages.append(exemplar, field: 2, to: &message) }
        ProtobufMessages.append(moment: details.created, field: 3, to: &message)
      }
    }
  }

  /// Writes a histogram, classic, native or both.
  package func histogram(_ labels: LabelSet, _ snapshot: HistogramSnapshot) {
    guard let (place, labels) = gate.admit(labels, snapshot) else { return }
    metric(place, labels) { $0.append(field: 7) { ProtobufMessages.append(snapshot, to: &$0) } }
  }

  /// Writes a summary.
  package func summary(_ labels: LabelSet, _ snapshot: SummarySnapshot) {
    guard let (place, labels) = gate.admit(labels, snapshot) else { return }
    metric(place, labels) { $0.append(field: 4) { ProtobufMessages.append(snapshot, to: &$0) } }
  }

  private func metric(_ place: Int, _ labels: LabelSet, _ value: (inout TextBuffer) -> Void) {
    _ = gate.write(place, at: metrics.count)
    metrics.append(field: 4) { metric in
      ProtobufMessages.append(labels, to: &metric)
      value(&metric)
    }
  }

  // MARK: The whole

  /// The whole body; the writer is empty afterwards and can be used again.
  package func finish() -> [UInt8] {
    end()
    let bytes = body.bytes
    begin(.protobuf)
    return bytes
  }

  /// The completed body, as a copy.
  var bytes: [UInt8] { body.bytes }

  /// Lends the completed body.
  func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result { try self.body.withBytes(body) }

  /// Puts each family's metrics together.
  func end() {
    let pieces = gate.orderedPieces(end: metrics.count)
    var head = TextBuffer()
    var next = 0
    while next < pieces.count {
      let first = next
      while next < pieces.count, pieces[next].family == pieces[first].family { next += 1 }
      let own = pieces[first..<next]
      head.removeAll()
      ProtobufMessages.append(gate.family(pieces[first].family), to: &head)
      body.append(varint: UInt64(own.reduce(head.count) { $0 + $1.end - $1.start }))
      body.append(head, from: 0, to: head.count)
      for piece in own { body.append(metrics, from: piece.start, to: piece.end) }
    }
  }
}
