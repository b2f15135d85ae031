import Testing

@testable import VitalsAgent

@Suite("The command line")
struct CommandLineTests {
  @Test(
    "What is wrong is named in one line",
    arguments: [
      (["--lisen", "x"], "unknown option '--lisen'; 'vitals run --help' lists them"),
      (["-l"], "unknown option '-l'; 'vitals run --help' lists them"),
      (["fly"], "unknown command 'fly'; 'vitals --help' lists them"),
      (["--listen"], "--listen needs a value: --listen ADDRESS"),
      (["--listen="], "--listen needs a value: --listen ADDRESS"),
      (["--listen", "a:1", "--listen=b:2"], "--listen was given twice"),
      (["dashboard", "--once=yes"], "--once takes no value"),
      (["dashboard", "host", "more"], "'more' is one argument too many for 'vitals dashboard'"),
      (["run", "file"], "'file' is one argument too many for 'vitals run'"),
    ])
  func refused(arguments: [String], message: String) {
    #expect(throws: UsageError(message: message)) { try CommandLineParser.parse(arguments) }
  }

  @Test("No argument runs the agent")
  func standard() throws {
    #expect(try CommandLineParser.parse([]) == .command(name: "run", values: [:], operands: []))
  }

  @Test("Both forms of an option, and repetition")
  func forms() throws {
    let parsed = try CommandLineParser.parse(["--log", "a.log", "--log=b=c.log", "--watch", "api=port:80"])
    #expect(
      parsed
        == .command(
          name: "run", values: ["log": ["a.log", "b=c.log"], "watch": ["api=port:80"]], operands: []))
  }

  @Test("Help and version anywhere")
  func help() throws {
    #expect(try CommandLineParser.parse(["--help"]) == .help(command: nil))
    #expect(try CommandLineParser.parse(["dashboard", "--once", "-h"]) == .help(command: "dashboard"))
    #expect(try CommandLineParser.parse(["--version"]) == .version)
  }

  @Test("Every option of the table is in its command's help")
  func complete() {
    for command in CommandTable.all {
      let text = Help.text(command: command.name)
      for option in command.options { #expect(text.contains("--" + option.name)) }
    }
  }
}
