// A state set whose states are the cases of an enumeration, so that the compiler knows them.
// SPDX-License-Identifier: Apache-2.0

/// A ``StateSet`` of an enumeration's cases. Thread-safe and lock-free.
public struct EnumStateSet<State: CaseIterable & RawRepresentable & Sendable>: Sendable where State.RawValue == String {
  private let states: StateSet

  init(_ states: StateSet) { self.states = states }

  /// Turns one state on or off and leaves the others.
  public func set(_ state: State, _ isOn: Bool = true) { states.set(state.rawValue, isOn) }

  /// Turns this state on and all others off, at one moment.
  public func set(only state: State) { states.set(only: state.rawValue) }

  /// True when a state is on.
  public func isOn(_ state: State) -> Bool { states.isOn(state.rawValue) }
}
