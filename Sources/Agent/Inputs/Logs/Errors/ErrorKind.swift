// One kind of error: all lines that say the same but for their numbers, ids, names in quotes and addresses.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// What is known of a kind. Template and example are attacker's data: renderers escape them for their medium.
struct ErrorKind: Sendable {
  /// What its lines have in common, such as `order {n} failed: KeyError: '{text}'`.
  let template: String
  /// `service`, `fingerprint`.
  let labels: LabelSet
  /// The worst level that one of its lines had.
  var level: LogLevel
  var count: UInt64 = 0
  /// When the first and the latest line was written, or read where it says no time; nanoseconds since 1970.
  var first: UInt64
  var last: UInt64
  /// The latest line's text, cut to a limit; valid UTF-8.
  var example: [UInt8] = []
}
