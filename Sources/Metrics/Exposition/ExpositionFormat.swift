// The formats that an exposition can have, and what HTTP calls them. Only versions of this list are ever named in
// an answer: Prometheus picks its parser by the media type alone, so a version that the body does not have would break
// the scrape.
// SPDX-License-Identifier: Apache-2.0

/// A format of exposition and the escaping of names that the scraper asked for.
///
/// Names that are legal by the old rules are the same in every escaping; the others are written as the scheme says, and as
/// `underscores` when none was asked for. A scheme that was asked for is said back in the content type.
public struct ExpositionFormat: Sendable, Hashable {
  /// What differs between bodies.
  enum Syntax: Sendable, Hashable {
    case text
    case openMetrics001
    case openMetrics100
    case protobuf
  }

  /// The text format of Prometheus, version 0.0.4.
  public static let text = ExpositionFormat(syntax: .text)
  /// OpenMetrics 1.0.0.
  public static let openMetrics = ExpositionFormat(syntax: .openMetrics100)

  /// Delimited protobuf messages, the one format with native histograms.
  public static let protobuf = ExpositionFormat(syntax: .protobuf)

  let syntax: Syntax
  /// When one was asked for.
  private(set) var escaping: EscapingScheme?

  init(syntax: Syntax, escaping: EscapingScheme? = nil) {
    self.syntax = syntax
    self.escaping = escaping
  }

  /// This format with names escaped in this way.
  public func escaping(_ scheme: EscapingScheme) -> ExpositionFormat {
    ExpositionFormat(syntax: syntax, escaping: scheme)
  }

  /// How names are written.
  public var names: EscapingScheme { escaping ?? .underscores }

  /// The value of the Content-Type header.
  public var contentType: String {
    let type =
      switch syntax {
      case .text: "text/plain; version=0.0.4; charset=utf-8"
      case .openMetrics001: "application/openmetrics-text; version=0.0.1; charset=utf-8"
      case .openMetrics100: "application/openmetrics-text; version=1.0.0; charset=utf-8"
      case .protobuf: "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
      }
    return escaping.map { "\(type); escaping=\($0.rawValue)" } ?? type
  }

  /// True for both versions of OpenMetrics, which have one syntax, whatever escaping was asked for.
  public var isOpenMetrics: Bool { syntax == .openMetrics001 || syntax == .openMetrics100 }

  /// True for the format that is not text.
  var isProtobuf: Bool { syntax == .protobuf }
}
