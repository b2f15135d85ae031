// What an exposition asks of the writer of a format.
// SPDX-License-Identifier: Apache-2.0

/// A sink that makes the body of an answer to a scrape.
protocol ExpositionWriter: EscapingSink {
  /// What was left out since the writer was made.
  var dropped: ExpositionDrops { get }
  /// Makes an empty body; the memory is kept.
  func begin(_ format: ExpositionFormat)
  /// Writes a registry's family whole.
  func write(_ family: any RegisteredFamily)
  /// Completes the body.
  func end()
  /// The body so far, as a copy.
  var bytes: [UInt8] { get }
  /// Lends the body so far.
  func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result
}
