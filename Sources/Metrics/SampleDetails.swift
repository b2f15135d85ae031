// What may stand beside a counter's value in the formats that can carry it.
// SPDX-License-Identifier: Apache-2.0

/// What a sample has beside labels and value; mostly nothing.
public struct SampleDetails: Sendable, Hashable {
  /// When the series began at zero, in Unix seconds.
  public let created: Double?
  /// The latest example.
  public let exemplar: Exemplar?

  /// Nothing.
  public static var none: SampleDetails { SampleDetails() }

  /// True when there is nothing.
  var isNone: Bool { created == nil && exemplar == nil }

  /// What is known.
  public init(created: Double? = nil, exemplar: Exemplar? = nil) {
    self.created = created
    self.exemplar = exemplar
  }
}
