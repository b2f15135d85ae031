// Where a file was left, and what proves later that it is that file: of a file that was closed in this life, and of any
// from the life before. In this life the proof is bytes, from a checkpoint it is hashes.
// SPDX-License-Identifier: Apache-2.0

/// A place in a file, at the beginning of a line. A value.
struct SavedFile: Sendable {
  /// What is known of the bytes before ``offset``.
  enum Evidence: Sendable {
    case bytes(TailProof)
    case hashes(TailPrint)
  }

  /// Which file it is.
  let identity: FileIdentity
  /// Everything before it was counted: the end of the last complete line, unless ``isInside``.
  let offset: Int64
  /// Everything before it was read: past ``offset`` by the line that is not complete.
  let read: Int64
  /// The file's length when it was last looked at.
  let size: Int64
  /// When it had last been written to by then, in nanoseconds since 1970.
  let modified: Int64
  /// Since when its contents are there, in nanoseconds since 1970: its birth, or when it was cut last; 0 when unknown.
  let began: Int64
  /// The offset lies inside a line that is too long to be read.
  let isInside: Bool
  let evidence: Evidence

  /// Its fingerprint.
  var print: TailPrint {
    switch evidence {
    case .bytes(let proof): proof.print
    case .hashes(let print): print
    }
  }

  /// The same with hashes for evidence: a kilobyte, not five.
  var hashed: SavedFile {
    if case .hashes = evidence { return self }
    return SavedFile(
      identity: identity, offset: offset, read: read, size: size, modified: modified, began: began, isInside: isInside,
      evidence: .hashes(print))
  }

  /// Bytes that were there and not read.
  var unread: Int64 { max(0, size - read) }

  /// Whether a line had begun and not ended.
  var hasPartialLine: Bool { read > offset }

  /// What a checkpoint says of it, its evidence apart.
  struct Place: Hashable, Sendable {
    let identity: FileIdentity
    let offset: Int64
    let read: Int64
    let size: Int64
    let began: Int64
    let isInside: Bool
  }

  var place: Place {
    Place(identity: identity, offset: offset, read: read, size: size, began: began, isInside: isInside)
  }
}
