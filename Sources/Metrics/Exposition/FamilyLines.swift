// How a family answers a text writer that asks for its lines at once.
// SPDX-License-Identifier: Apache-2.0

/// What became of a request to append a family's lines.
enum FamilyLines: Sendable {
  /// There is no series; nothing was appended.
  case none
  /// All series stand in the text.
  case appended
  /// The lines have more to say than a plain value; nothing was appended, and the family is to be written into the sink.
  case needSink
}
