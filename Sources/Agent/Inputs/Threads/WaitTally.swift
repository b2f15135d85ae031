// The time of the threads of one name in one process, by kind, and their label sets, made once.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Nanoseconds by kind.
final class WaitTally {
  private(set) var nanoseconds = [UInt64](repeating: 0, count: WaitKind.allCases.count)
  /// Of the time in futex(2), that which was certainly spent waiting for a mutex.
  private(set) var mutexNanoseconds: UInt64 = 0
  /// By kind, as ``WaitKind/allCases`` has them.
  let labels: [LabelSet]
  /// Without a kind.
  let plain: LabelSet

  /// The name that its threads have.
  let threadName: String

  init(service: String, pid: Int32, threadName: String) {
    self.threadName = threadName
    let plain = LabelSet([("service", service), ("pid", String(pid)), ("thread_name", threadName)])
    self.plain = plain
    labels = WaitKind.allCases.map { plain.adding([("kind", $0.label)]) }
  }

  /// Adds time; what is not positive is nothing.
  func add(_ kind: WaitKind, _ time: Int64) {
    if time > 0 { nanoseconds[kind.rawValue] &+= UInt64(time) }
  }

  /// Adds time that was certainly spent waiting for a mutex.
  func addMutex(_ time: Int64) {
    if time > 0 { mutexNanoseconds &+= UInt64(time) }
  }
}
