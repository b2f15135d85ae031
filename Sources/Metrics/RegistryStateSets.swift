// Registration of state sets.
// SPDX-License-Identifier: Apache-2.0

extension Registry {
  /// The state set of this name, with all states off: a series of 0 or 1 each, as in `door{door="open"} 1`.
  ///
  /// `states` are 1 to 64 different names. In text 0.0.4 it is a gauge, as that format has no state sets. The label has
  /// the family's name, which must be legal as such: without a colon.
  public func stateSet(_ name: String, help: String, states: [String]) throws(MetricsError) -> StateSet {
    try stateSet(name, help: help, states: states, labels: []).single
  }

  /// The state sets of this name, one for each combination of label values.
  public func stateSet(
    _ name: String, help: String, states: [String], labels: [String]
  ) throws(MetricsError) -> Family<StateSet> {
    let areDifferent = Set(states.map { Array($0.utf8) }).count == states.count
    let areSome = !states.isEmpty && states.count <= MetricsLimits.stateSetStates
    if !areSome || !areDifferent || states.contains("") { throw .invalidStates(metric: name) }
    try RegistrationRules.check(MetricFamily(name, .stateSet, help: help), labels: labels + [name])
    let ignored = AtomicCount()
    let family = Family<StateSet>(
      MetricFamily(name, .stateSet, help: help), labelNames: labels, limit: limits.seriesPerFamily, times: times,
      ignored: ignored, traits: FamilyTraits(states: states),
      kind: .stateSet(name, states, ignored: ignored))
    return try register(family)
  }

  /// The state set of this name whose states are the cases of an enumeration, by their raw values.
  public func stateSet<State: CaseIterable & RawRepresentable & Sendable>(
    _ name: String, help: String, states: State.Type
  ) throws(MetricsError) -> EnumStateSet<State> where State.RawValue == String {
    EnumStateSet(try stateSet(name, help: help, states: State.allCases.map(\.rawValue)))
  }
}

extension InstrumentKind where Child == StateSet {
  /// State sets.
  fileprivate static func stateSet(_ name: String, _ states: [String], ignored: AtomicCount) -> Self {
    written(
      make: { StateSet(states: states, ignored: ignored) },
      write: { set, labels, _, sink in
        for (state, isOn) in set.values { sink.sample(labels.adding([(name, state)]), .integer(isOn ? 1 : 0)) }
      })
  }
}
