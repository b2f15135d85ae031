// A service and all its processes, as inputs know it that look at services as a whole.
// SPDX-License-Identifier: Apache-2.0

/// The living processes of one service, those without series included.
struct ServiceProcesses: Equatable, Sendable {
  let service: String
  let pids: [Int32]
  /// Whether somebody asked for the service: then what may not be read of it is worth a word.
  let isNamed: Bool
}
