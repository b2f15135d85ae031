// The label sets of a group, made once.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Labels of a group's series.
struct GroupLabels {
  let plain: LabelSet
  /// For the agent's own series, which name a group as all others of it do.
  let service: LabelSet
  let user: LabelSet
  let system: LabelSet
  let voluntary: LabelSet
  let involuntary: LabelSet
  let resident: LabelSet
  let virtual: LabelSet
  let swapped: LabelSet
  /// By state, as ``GroupGauges/State`` has them.
  let states: [LabelSet]

  init(_ service: String) {
    let plain = LabelSet([("groupname", service)])
    self.plain = plain
    self.service = LabelSet([("service", service)])
    user = plain.adding([("mode", "user")])
    system = plain.adding([("mode", "system")])
    voluntary = plain.adding([("ctxswitchtype", "voluntary")])
    involuntary = plain.adding([("ctxswitchtype", "nonvoluntary")])
    resident = plain.adding([("memtype", "resident")])
    virtual = plain.adding([("memtype", "virtual")])
    swapped = plain.adding([("memtype", "swapped")])
    states = GroupGauges.State.allCases.map { plain.adding([("state", $0.label)]) }
  }

  /// Those of the threads that wait in a function of the kernel.
  func channel(_ name: String) -> LabelSet { plain.adding([("wchan", name)]) }

  /// Those of the threads of a name.
  func thread(_ name: String) -> GroupThreadLabels { GroupThreadLabels(plain.adding([("threadname", name)])) }
}
