// The library's protocols, each broken in one place; the checks must say so.
// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// A word with an address; an array of Atomic values does not compile.
final class Word: Sendable {
  let bits = Atomic<UInt64>(0)

  /// What only a cell's owner may do. It rests now and then in the worst place, so that a check needs no luck.
  func add(_ amount: UInt64) {
    let sum = bits.load(ordering: .relaxed) &+ amount
    if sum & 0x3FF == 0 { sched_yield() }
    bits.store(sum, ordering: .releasing)
  }

  var value: UInt64 { bits.load(ordering: .acquiring) }
}

/// Broken: loads and stores that are not atomic, of many threads to one cell.
@safe final class PlainCounter: CheckedCounter {
  private nonisolated(unsafe) let cell = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)

  init() { unsafe cell.initialize(to: 0) }

  func increment() { unsafe cell.pointee &+= 1 }

  var total: UInt64 { unsafe cell.pointee }
}

/// Broken: threads without cells of their own share one, and no lock.
final class UnlockedCounter: CheckedCounter {
  private let cell = Word()

  func increment() { cell.add(1) }

  var total: UInt64 { cell.value }
}

/// Broken: a thread hands its cell on at its first touch, and not at its end.
final class EarlyHandover: CheckedCounter {
  private let lock = NSLock()
  private nonisolated(unsafe) var idle: [Word] = []
  private nonisolated(unsafe) var all: [Word] = []
  private let key: pthread_key_t

  init() {
    var key = pthread_key_t()
    unsafe pthread_key_create(&key, nil)
    self.key = key
  }

  func increment() {
    if let word = unsafe pthread_getspecific(key) {
      return unsafe Unmanaged<Word>.fromOpaque(word).takeUnretainedValue().add(1)
    }
    let word = lock.withLock { () -> Word in
      if let word = unsafe idle.first { return word }
      let word = Word()
      unsafe all.append(word)
      unsafe idle.append(word)
      return word
    }
    unsafe pthread_setspecific(key, Unmanaged.passUnretained(word).toOpaque())
    word.add(1)
  }

  var total: UInt64 { lock.withLock { unsafe all.reduce(0) { $0 &+ $1.value } } }
}

/// Broken: cells come back from the pool with what their last owner counted.
final class UnzeroedCounter: CheckedCounter {
  private static let pool = Mutex<[Word]>([])
  private let cell = pool.withLock { $0.popLast() } ?? Word()

  deinit { Self.pool.withLock { [cell] in $0.append(cell) } }

  func increment() { cell.bits.wrappingAdd(1, ordering: .relaxed) }

  var total: UInt64 { cell.value }
}

/// Broken: buckets and sum without a commit, or with a sequence that only says when a writer has ended.
final class BrokenHistogram: CheckedHistogram {
  enum Fault: Sendable { case uncommitted, lateSequence }

  private let fault: Fault
  private let cells: [[Word]]

  init(_ fault: Fault) {
    self.fault = fault
    cells = (0..<HistogramChecks.writers).map { _ in (0..<(HistogramChecks.buckets + 2)).map { _ in Word() } }
  }

  func observe(_ bucket: Int, writer: Int) {
    let own = cells[writer]
    own[bucket + 2].add(1)
    own[1].add(UInt64(bucket))
    own[0].add(1)
  }

  var reading: (counts: [UInt64], sum: Double) {
    var counts = [UInt64](repeating: 0, count: HistogramChecks.buckets)
    var sum: UInt64 = 0
    for own in cells {
      var part: [UInt64] = []
      for _ in 0..<64 {
        let before = own[0].value
        part = own.map(\.value)
        if fault == .uncommitted || own[0].value == before { break }
      }
      for bucket in counts.indices { counts[bucket] &+= part[bucket + 2] }
      sum &+= part[1]
    }
    return (counts, Double(sum))
  }
}
