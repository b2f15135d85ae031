// Tells a copy of a log from a log that begins alike: of a copy, all is the same. Two files are compared at their
// beginnings and where the shorter one ends, which differ as soon as one line between has its own time; whole files are
// not read for it. The first bytes of a line are those of any other: a file with less than a line is nobody's copy.
// SPDX-License-Identifier: Apache-2.0

/// A file that another may be a copy of.
enum TailTwin {
  /// One that is read already, whatever its name is.
  case open(TailFile)
  /// One that stands at a path.
  case path(String)

  /// Whether one of them begins with all of the other, as far as was looked at. Of a file without a whole line nothing is
  /// known.
  func isSame(as other: TailTwin) -> Bool {
    do throws(SystemError) {
      let (mine, others) = (try self.size, try other.size)
      let size = min(mine, others)
      let count = Int(min(size, Int64(Limits.tailHeadBytes)))
      if try !hasLine(size) { return false }
      for place in [0, size - Int64(count)] where try bytes(count, at: place) != other.bytes(count, at: place) {
        return false
      }
      return true
    } catch {
      return false
    }
  }

  /// Whether a whole line begins it, or more than is looked at for that.
  var hasLine: Bool {
    do throws(SystemError) {
      return try hasLine(try self.size)
    } catch {
      return false
    }
  }

  /// The same of its first `size` bytes.
  private func hasLine(_ size: Int64) throws(SystemError) -> Bool {
    if size >= Int64(Limits.tailHeadBytes) { return true }
    return try bytes(Int(size), at: 0).contains(10)
  }

  private var size: Int64 {
    get throws(SystemError) {
      switch self {
      case .open(let file): try file.size
      case .path(let path): try FileStatus.of(path).size
      }
    }
  }

  private func bytes(_ count: Int, at offset: Int64) throws(SystemError) -> [UInt8] {
    switch self {
    case .open(let file): return try file.bytes(count, at: offset)
    case .path(let path):
      var bytes: [UInt8] = []
      try FileDescriptor.openForTail(path).read(into: &bytes, count: count, at: offset)
      return bytes
    }
  }
}
