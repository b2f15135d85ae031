// A path at which there is nothing to do: all is read, and as long as the file there has this length and this time, or
// none is there, it need not be opened, nor looked at closer. It is what makes thousands of logs cheap that are silent.
// SPDX-License-Identifier: Apache-2.0

/// What the path says while nothing happens.
enum TailRest: Hashable, Sendable {
  /// Nothing is there.
  case nothing
  /// A file of this status, which is read to its end.
  case file(FileIdentity, size: Int64, modified: Int64)

  /// A file that is read to its end.
  init(_ status: FileStatus) { self = .file(status.identity, size: status.size, modified: status.modified) }

  /// Whether it is so still. May block where the file system does.
  func holds(_ path: String) -> Bool {
    do throws(SystemError) {
      return TailRest(try FileStatus.of(path)) == self
    } catch {
      return error.isGone && self == .nothing
    }
  }
}
