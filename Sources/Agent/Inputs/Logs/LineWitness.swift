// Who looks on while lines are counted. The agent keeps a request of each size as an example; a summary of a finished log
// wants each request with its time, and the number of each line that could not be used. The counter is generic over its
// witness, so that what one of them looks at costs the other nothing.
// SPDX-License-Identifier: Apache-2.0

/// Sees every line after it was counted.
protocol LineWitness: ~Copyable {
  /// What is looked for in lines of JSON; its first fields are those of ``LogKey``.
  static var plan: KeyPlan { get }

  /// A line begins, an empty one too.
  mutating func begin()
  /// Whether all forms read alike what the witness wants of a scanned line; otherwise it is read in its form.
  func isUsual(_ values: [JSONSlice]) -> Bool
  /// A line that fills `range` was counted straight from its scan.
  mutating func scanned(_ bytes: Span<UInt8>, _ range: Range<Int>, _ values: [JSONSlice], _ request: CountedRequest?)
  /// A line, or the record in a line of several that fills `range`, was counted in its form.
  mutating func formed(
    _ bytes: Span<UInt8>, _ range: Range<Int>, isRecord: Bool, _ line: borrowing LogLine, _ request: CountedRequest?)
  /// The line belongs to the one before it.
  mutating func continued()
  /// The line was refused, wholly or in part.
  mutating func refused(_ fault: LogFault)
}

/// A request as it was counted.
struct CountedRequest {
  /// The place of its route in ``RouteTable/all``.
  let place: Int
  let status: UInt16
  /// Nil when it has no duration, or none that can be.
  let seconds: Double?
  /// The duration's bucket in ``RouteCounts``, when it has one.
  let bucket: Int
  /// It counted before, without a duration, and has this one now.
  let isRepeated: Bool

  @inline(__always) init(place: Int, status: UInt16, seconds: Double?, isRepeated: Bool = false) {
    (self.place, self.status, self.seconds, self.isRepeated) = (place, status, seconds, isRepeated)
    bucket = seconds.map { RouteCounts.bucket(of: $0) } ?? 0
  }
}
