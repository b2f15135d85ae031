// The text of `--help`, made from the command table.
// SPDX-License-Identifier: Apache-2.0

/// Help for people.
enum Help {
  /// The help of one subcommand, or of the whole program.
  static func text(command: String?) -> String {
    if let spec = CommandTable.all.first(where: { $0.name == command }) { return page(spec) }
    var lines = ["vitals: why is this service slow? A diagnostics agent beside it, and its metrics.", ""]
    lines.append("usage: vitals [COMMAND] [OPTION]...    'vitals' alone runs the agent on http://127.0.0.1:9977")
    lines.append("")
    let width = CommandTable.all.map(\.name.count).max() ?? 0
    for spec in CommandTable.all { lines.append("  " + padded(spec.name, to: width + 2) + spec.summary) }
    lines.append("")
    lines.append("'vitals COMMAND --help' shows a command's options; 'vitals --version' the version.")
    lines.append("")
    if let spec = CommandTable.all.first(where: { $0.name == CommandTable.standard }) { lines.append(page(spec)) }
    return lines.joined(separator: "\n")
  }

  private static func page(_ spec: CommandSpec) -> String {
    let operands = spec.operands.map { spec.repeatsOperand ? " \($0)..." : " [\($0)]" }.joined()
    let name = spec.name == CommandTable.standard ? "[\(spec.name)]" : spec.name
    var lines = ["usage: vitals \(name) [OPTION]...\(operands)", "  \(spec.summary)", ""]
    let heads = spec.options.map { option in
      "--" + option.name + (option.argument.map { " " + $0 } ?? "") + (option.repeats ? "..." : "")
    }
    let width = heads.map(\.count).max() ?? 0
    for (head, option) in zip(heads, spec.options) { lines.append("  " + padded(head, to: width + 2) + option.help) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
