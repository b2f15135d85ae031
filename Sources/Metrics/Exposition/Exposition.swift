// One exposition after another in memory that is kept: what a server answers scrapes with. A scrape of a steady registry
// into a warm exposition allocates nothing.
// SPDX-License-Identifier: Apache-2.0

/// A rendered exposition, and the memory for the next one. Not thread-safe: a server keeps one for each thread that
/// answers, or one behind its own queue.
public final class Exposition {
  private let text = TextWriter(format: .text)
  private var protobuf: ProtobufWriter?
  /// The registries that a rendering met.
  private var met: [Registry] = []
  /// The one that has what was rendered last.
  private var writer: any ExpositionWriter

  /// An empty one.
  public init() { writer = text }

  /// Renders what these registries hold now, in place of what was here. Samples that had to be dropped are counted in
  /// `vitals_metrics_dropped_samples_total` of the first registry, which the next exposition shows.
  ///
  /// `limit` is how long the scraper waits, as ``ScrapeTimeLimit`` reads it from its header: no collector with a time
  /// limit is waited for longer.
  public func render(_ registries: Registry..., as format: ExpositionFormat = .text, within limit: Duration? = nil) {
    let drops = render(as: format) { Registry.collect(registries, into: $0, within: limit, &met) }
    met.removeAll(keepingCapacity: true)
    registries.first?.count(drops)
  }

  /// Renders what these collectors have now, in place of what was here.
  package func render(_ collectors: [any Collector], as format: ExpositionFormat) {
    _ = render(as: format) { writer in
      let collectors = collectors.span
      for place in collectors.indices { collectors[place].collect(into: writer) }
    }
  }

  private func render(as format: ExpositionFormat, _ collect: (any ExpositionWriter) -> Void) -> ExpositionDrops {
    if format.isProtobuf {
      let protobuf = protobuf ?? ProtobufWriter()
      self.protobuf = protobuf
      writer = protobuf
    } else {
      writer = text
    }
    let before = writer.dropped
    writer.begin(format)
    collect(writer)
    writer.end()
    return writer.dropped.since(before)
  }

  /// The body of the answer, as a copy.
  public var bytes: [UInt8] { writer.bytes }

  /// Lends the body of the answer without a copy.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result { try writer.withBytes(body) }
}
