// The checkpoint on disk, from helper threads. One that is stuck in the kernel, as on a dead network disk, has the file
// for itself: when it comes back after hours, what was true then must not take the place of what is true now. And one
// agent at a time has the file, by a lock beside it: two would each write over what the other knows.
// SPDX-License-Identifier: Apache-2.0

/// One checkpoint file. Thread-safe; may block where its file system does.
final class CheckpointFile: Sendable {
  /// What is there at the start.
  enum Found: Sendable {
    case nothing
    case checkpoint(CheckpointText)
    /// Another agent keeps it.
    case inUse
    /// It is not used; why. When it is no checkpoint at all, it is not written over.
    case fault(String, isForeign: Bool)
  }

  /// Whose the file is.
  private enum Claim { case ours, another, unknown(SystemError) }

  let path: String
  private let turn = Guarded<FileLock?>(nil)

  /// Names the file and touches nothing.
  init(_ path: String) { self.path = path }

  /// Reads it, when no other agent has it.
  func read() -> Found {
    let isInUse = turn.withLockIfFree { lock in
      // Where it cannot be told, as on a full disk, there is no harm in reading.
      if case .another = claim(&lock) { return true }
      return false
    }
    return isInUse == true ? .inUse : contents()
  }

  /// Reads it, whoever has it.
  func contents() -> Found {
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

  /// Replaces it by `text` at a moment; says why not, or nil.
  func write(_ text: CheckpointText, at moment: Moment) -> String? {
    let answer = turn.withLockIfFree { lock -> String in
      switch claim(&lock) {
      case .ours: break
      case .another: return "is in use by another vitals"
      case .unknown(let error): return error.description
      }
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

  /// Lets another agent have it; this one writes no more.
  func release() { _ = turn.withLockIfFree { lock in lock = nil } }

  /// Takes the file for this agent. Who deletes the lock's file loses the lock: it is taken anew then.
  private func claim(_ lock: inout FileLock?) -> Claim {
    if let lock, lock.isInPlace { return .ours }
    lock = nil
    do throws(SystemError) {
      lock = try FileLock.take(path + ".lock")
      return lock == nil ? .another : .ours
    } catch {
      // Two on a file system without locks are not told apart.
      return error.hasNoLocks ? .ours : .unknown(error)
    }
  }
}
