// What of the machine a person wants to see: the lists of the command line, checked.
// SPDX-License-Identifier: Apache-2.0

/// What the host's inputs take and leave out.
struct HostOptions: Equatable, Sendable {
  /// Network devices, `--networks`.
  var networks = NameFilter.standard
}

extension HostOptions {
  /// Checks the values of the command line.
  init(_ values: [String: [String]]) throws(UsageError) {
    self.init()
    if let list = values["networks"]?.first { networks = try NameFilter(list, option: "networks") }
  }
}
