// The checkpoint on disk, from helper threads. One that is stuck in the kernel, as on a dead network disk, has the file
// for itself: when it comes back after hours, what was true then must not take the place of what is true now.
// SPDX-License-Identifier: Apache-2.0

/// One checkpoint file. Thread-safe; may block where its file system does.
final class CheckpointFile: Sendable {
  /// What is there at the start.
  enum Found: Sendable {
    case nothing
    case checkpoint(CheckpointText)
    /// It is not used; why. When it is no checkpoint at all, it is not written over.
    case fault(String, isForeign: Bool)
  }

  let path: String
  private let turn = Guarded(())

  /// Names the file and touches nothing.
  init(_ path: String) { self.path = path }

  /// Reads it.
  func read() -> Found {
    do throws(SystemError) {
      let descriptor = try FileDescriptor.openForTail(path)
      let status = try descriptor.status()
      if let oddity = status.oddity { return .fault(oddity, isForeign: true) }
      if status.size > Int64(Limits.checkpointBytes) {
        return .fault("is longer than \(Limits.checkpointBytes >> 20) MiB", isForeign: true)
      }
      var bytes: [UInt8] = []
      while try descriptor.read(into: &bytes, count: Limits.tailBlockBytes, at: Int64(bytes.count)) > 0 {
        if bytes.count > Limits.checkpointBytes { break }
      }
      return Self.parse(bytes)
    } catch {
      return error.code == SystemError.notThere ? .nothing : .fault(error.reason, isForeign: false)
    }
  }

  private static func parse(_ bytes: [UInt8]) -> Found {
    do throws(CheckpointText.Fault) {
      return .checkpoint(try CheckpointText(bytes))
    } catch {
      switch error {
      case .foreign: return .fault("is no checkpoint", isForeign: true)
      case .unusable(let reason): return .fault(reason, isForeign: false)
      }
    }
  }

  /// Replaces it by what `make` gives; says why not, or nil.
  func write(at moment: Moment, _ make: () -> CheckpointText) -> String? {
    let answer = turn.withLockIfFree { _ -> String in
      var text = make()
      var count = 0
      do throws(SystemError) {
        let isWritten = try FileReplacement.write(to: path) { file throws(SystemError) in
          try text.write(at: moment) { piece throws(SystemError) in
            count += piece.count
            // A longer one would not be read either.
            if count <= Limits.checkpointBytes { try file.writeAll(piece) }
          }
          return count <= Limits.checkpointBytes
        }
        return isWritten ? "" : "is longer than \(Limits.checkpointBytes >> 20) MiB"
      } catch {
        return error.description
      }
    }
    guard let answer else { return "the last attempt has not come back" }
    return answer.isEmpty ? nil : answer
  }
}
