// The command's entry: understands the arguments, runs the subcommand, and turns its end into an exit status: 0 for a
// clean end, 1 for a check that found something, 2 for a mistake in the call or something that the agent cannot start
// without. (1 is also a stdout that takes nothing; see Standard.)
// SPDX-License-Identifier: Apache-2.0

@main
struct Main {
  static func main() {
    Standard.reserve()
    Terminal.ignoreBrokenPipes()
    Standard.exit(status(of: Array(RawArguments.all.dropFirst())))
  }

  private static func status(of arguments: [[UInt8]]) -> Int32 {
    do {
      switch try CommandLineParser.parse(CommandLineParser.text(arguments)) {
      case .help(let command): Standard.write(Help.text(command: command))
      case .version: Standard.write("vitals \(Version.text)\n")
      case .command("dashboard", let values, let operands):
        try DashboardCommand(values, operands).run()
      case .command("replay", let values, let operands): return try ReplayCommand(values, operands).run()
      case .command("check", let values, _): return try CheckCommand(values).run()
      case .command(_, let values, _):
        try RunCommand(RunOptions(values, stateDirectory: Terminal.environment("STATE_DIRECTORY"))).run()
      }
      return 0
    } catch {
      // One line, whatever was typed: a message quotes it.
      Standard.complain("vitals: \(DisplayText.safe(error.message))\n")
      return 2
    }
  }
}
