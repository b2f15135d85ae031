// `vitals check --config`: all that is wrong with a configuration, so that it is mended in one go.
// SPDX-License-Identifier: Apache-2.0

/// The check of a configuration.
struct CheckConfig {
  let path: String

  /// Prints a line a mistake; 1 when there is one.
  func run() throws(UsageError) -> Int32 {
    let file = try ConfigFile(reading: path)
    let configuration = Configuration(file.bytes)
    let lines = file.lines(configuration.faults)
    for line in lines.prefix(Limits.configFaults) { Standard.write(DisplayText.safe(line) + "\n") }
    if lines.count > Limits.configFaults { Standard.write("and \(lines.count - Limits.configFaults) more\n") }
    if lines.isEmpty {
      let (options, rules) = (configuration.values.count, configuration.rules.count)
      Standard.write("\(path): \(options) options and \(rules) log rules, no mistake\n")
    }
    return lines.isEmpty ? 0 : 1
  }
}
