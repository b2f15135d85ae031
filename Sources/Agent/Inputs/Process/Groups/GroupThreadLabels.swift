// The label sets of the threads of one name in a group, made once.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Labels of the series of a group's threads of one name.
struct GroupThreadLabels {
  let plain: LabelSet
  let user: LabelSet
  let system: LabelSet
  let read: LabelSet
  let written: LabelSet
  let voluntary: LabelSet
  let involuntary: LabelSet

  init(_ plain: LabelSet) {
    self.plain = plain
    user = plain.adding([("mode", "user")])
    system = plain.adding([("mode", "system")])
    read = plain.adding([("iomode", "read")])
    written = plain.adding([("iomode", "write")])
    voluntary = plain.adding([("ctxswitchtype", "voluntary")])
    involuntary = plain.adding([("ctxswitchtype", "nonvoluntary")])
  }
}
