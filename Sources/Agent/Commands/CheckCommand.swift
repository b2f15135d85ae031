// `vitals check`: reads what the agent would be given, and says what it would make of it.
// SPDX-License-Identifier: Apache-2.0

/// The check as a command.
struct CheckCommand {
  private let logs: [String]
  private let config: String?

  /// Checks the values of the command line.
  init(_ values: [String: [String]]) throws(UsageError) {
    logs = values["log"] ?? []
    config = values["config"]?.first
    if logs.isEmpty, config == nil {
      throw UsageError(message: "nothing to check; name a log or a configuration: vitals check --log FILE")
    }
  }

  /// Prints what was found; 0 when all of it can be used, else 1.
  func run() throws(UsageError) -> Int32 {
    var status: Int32 = 0
    if let config { status = try CheckConfig(path: config).run() }
    if !logs.isEmpty { status = max(status, try CheckLogs(logs).run()) }
    return status
  }
}
