// Which inputs run, as one list on the command line:
//
//     --collect=-host             all but the machine's, as beside a node_exporter
//     --collect=cpu,memory        these and no others
//     --collect=host,-hwmon       the machine's less one
//     --collect=default,cpuinfo   what runs anyway and one more that does not
//
// An input's own name decides before its group's; what is not named runs when the list only leaves out.
// SPDX-License-Identifier: Apache-2.0

/// A choice among the agent's inputs.
struct InputChoice: Equatable, Sendable {
  /// The groups: the machine's inputs, watched processes, cgroups, logs.
  static let groups = ["host", "processes", "cgroup", "logs"]
  private static let ordinary = "default"

  /// Whether a named input or group is to run.
  private var named: [String: Bool] = [:]

  /// What runs without a list.
  static let standard = InputChoice()

  private init() {}

  /// Parses a list; a name that is none of `names` or the groups is refused.
  init(_ list: String, names: [String]) throws(UsageError) {
    let known = InputChoice.groups + [InputChoice.ordinary] + names
    for item in list.split(separator: ",", omittingEmptySubsequences: false) {
      let isLeftOut = item.hasPrefix("-")
      let name = String(isLeftOut ? item.dropFirst() : item)
      guard known.contains(name), !isLeftOut || name != InputChoice.ordinary else {
        let all = known.joined(separator: ", ")
        throw UsageError(message: "--collect \(list): no input '\(name)'; there are: \(all)")
      }
      if named.updateValue(!isLeftOut, forKey: name) != nil {
        throw UsageError(message: "--collect \(list): '\(name)' is named twice")
      }
    }
  }

  /// Whether an input of this name and group runs; `isStandard` says whether it does without a list.
  func takes(_ name: String, group: String, isStandard: Bool = true) -> Bool {
    if let own = named[name] { return own }
    if let all = named[group] { return all && isStandard }
    let onlyLeavesOut = !named.values.contains(true)
    return isStandard && (onlyLeavesOut || named[InputChoice.ordinary] == true)
  }
}
