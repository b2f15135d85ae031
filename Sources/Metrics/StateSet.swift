// Which of a few named states hold, as one bit each of one word: a scrape sees all of them at one moment, so that a machine
// that goes from one state to the next is never seen in both or in none.
// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Named states, each on or off, all off at creation. Thread-safe and lock-free. Get one from ``Registry``, and keep it.
///
/// A state of another name than those of the registration is ignored and counted in
/// `vitals_metrics_ignored_values_total`. Finding a state compares names one by one; there are at most 64.
public final class StateSet: Sendable {
  /// The names, as they were registered.
  public let states: [String]
  private let bits = Atomic<UInt64>(0)
  private let ignored: AtomicCount

  init(states: [String], ignored: AtomicCount) {
    self.states = states
    self.ignored = ignored
  }

  /// Turns one state on or off and leaves the others.
  public func set(_ state: String, _ isOn: Bool = true) {
    guard let bit = bit(state) else { return ignored.add(1) }
    if isOn {
      bits.bitwiseOr(bit, ordering: .releasing)
    } else {
      bits.bitwiseAnd(~bit, ordering: .releasing)
    }
  }

  /// Turns this state on and all others off, at one moment.
  public func set(only state: String) {
    guard let bit = bit(state) else { return ignored.add(1) }
    bits.store(bit, ordering: .releasing)
  }

  /// True when a state is on.
  public func isOn(_ state: String) -> Bool { bit(state).map { bits.load(ordering: .acquiring) & $0 != 0 } ?? false }

  /// All states of one moment.
  var values: [(state: String, isOn: Bool)] {
    let word = bits.load(ordering: .acquiring)
    return states.enumerated().map { ($1, word & (1 << UInt64($0)) != 0) }
  }

  private func bit(_ state: String) -> UInt64? {
    states.firstIndex { $0.utf8.elementsEqual(state.utf8) }.map { 1 << UInt64($0) }
  }
}
