// The kernel's word that something changed in a directory: a reason to look earlier than the next tick, never a source
// of truth. Queues overflow, and network file systems say nothing; names only tell at which of many files to look first.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Watches directories for changes to their files. See inotify(7). Thread-safe, as the kernel's object is.
final class Inotify: Sendable {
  private let descriptor: FileDescriptor

  /// Makes a watcher; fails when the user's limit on instances is reached.
  init() throws(SystemError) {
    descriptor = FileDescriptor(
      owning: try system("inotify_init1") { inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK)) })
  }

  /// For registering with the event loop; readable when something changed.
  var number: Int32 { descriptor.number }

  /// Watches a directory. May block on a dead network mount: call it from a helper thread. A second call for the same
  /// directory changes nothing. The result is the kernel's number for it.
  func watch(directory: String) throws(SystemError) -> Int32 {
    let events = IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE
    return try system("inotify_add_watch", directory) {
      unsafe inotify_add_watch(descriptor.number, directory, UInt32(events | IN_ONLYDIR))
    }
  }

  /// Takes what is queued and calls `take` for each change: with the directory's number, the file's name, and whether it
  /// is the name that came or went. Nil when there was nothing, else whether it is all that happened. The kernel drops what
  /// its queue has no room for, and says that it did.
  func drain(_ take: (_ folder: Int32, _ name: String, _ isNew: Bool) -> Void) -> Bool? {
    var isWhole: Bool?
    var buffer: [UInt8] = []
    for _ in 0..<Limits.inotifyReads {
      buffer.removeAll(keepingCapacity: true)
      guard let got = try? descriptor.read(into: &buffer, count: 16_384), got > 0 else { return isWhole }
      isWhole = isWhole != false && !Self.hasOverflow(buffer)
      var place = 0
      while place + 16 <= buffer.count {
        let end = min(buffer.count, place + 16 + Int(Self.word(buffer, place + 12)))
        let name = String(decoding: buffer[(place + 16)..<end].prefix { $0 != 0 }, as: UTF8.self)
        let isNew = Self.word(buffer, place + 4) & UInt32(IN_MODIFY) == 0
        take(Int32(truncatingIfNeeded: Self.word(buffer, place)), name, isNew)
        place = end
      }
    }
    return isWhole
  }

  /// Looks through events: each has 16 bytes, its mask from the fifth on and the length of its name in the last four.
  static func hasOverflow(_ events: [UInt8]) -> Bool {
    var place = 0
    while place + 16 <= events.count {
      if word(events, place + 4) & UInt32(IN_Q_OVERFLOW) != 0 { return true }
      place += 16 + Int(word(events, place + 12))
    }
    return false
  }

  private static func word(_ bytes: [UInt8], _ place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
  }
}
