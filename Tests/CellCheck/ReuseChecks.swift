// Cells that an instrument gave back are zero for the next one, and nobody else's count gets into them.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

enum ReuseChecks {
  /// Instruments that come and go in four threads, beside one that stays and is counted by all.
  static func reuse<Counter: CheckedCounter>(_ make: @escaping @Sendable () -> Counter, increments: Int) -> String? {
    let perLife = 20
    let lives = max(10, increments / (8 * perLife))
    let stays = make()
    let faults = Atomic<Int>(0)
    let all = Threads()
    for thread in 0..<4 {
      all.start {
        var shared = 0
        for life in 0..<lives {
          let one = make()
          let times = 1 + (life &+ thread) % perLife
          if one.total != 0 { faults.wrappingAdd(1, ordering: .relaxed) }
          for _ in 0..<times { one.increment() }
          stays.increment()
          shared += 1
          if one.total != UInt64(times) { faults.wrappingAdd(1, ordering: .relaxed) }
        }
      }
    }
    all.join()
    let count = faults.load(ordering: .relaxed)
    if count > 0 { return "\(count) instruments saw another's counts" }
    return stays.total == UInt64(4 * lives) ? nil : "total \(stays.total) instead of \(4 * lives)"
  }
}
