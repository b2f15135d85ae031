import Glibc
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

  @Test(
    "An argument that is not UTF-8 is refused, not mended", arguments: [[0xFF], [0x6E, 0xC3], [0xED, 0xA0, 0x80]])
  func bytes(bytes: [UInt8]) {
    let message = "'\(String(decoding: bytes, as: UTF8.self))' is not UTF-8, which arguments must be"
    #expect(throws: UsageError(message: message)) { try CommandLineParser.text([Array("--log".utf8), bytes]) }
  }

  @Test("Arguments come whole from the kernel")
  func raw() throws {
    #expect(try CommandLineParser.text(RawArguments.all) == CommandLine.arguments)
    #expect(try CommandLineParser.text([Array("ü=\n".utf8), []]) == ["ü=\n", ""])
  }

  @Test("What stdout does not take is an error")
  func full() throws {
    let full = unsafe open("/dev/full", O_WRONLY)
    defer { _ = close(full) }
    let error = #expect(throws: SystemError.self) { try Standard.write("text", to: full) }
    #expect(error?.code == ENOSPC)
    try Standard.write("", to: full)
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
    #expect(try CommandLineParser.parse(["help"]) == .help(command: nil))
    #expect(try CommandLineParser.parse(["help", "replay"]) == .help(command: "replay"))
    #expect(throws: UsageError(message: "unknown command 'rplay'; 'vitals --help' lists them")) {
      try CommandLineParser.parse(["help", "rplay"])
    }
    #expect(throws: UsageError(message: "--width 3: must be a number from 60 to 240")) {
      try ReplayCommand(["width": ["3"]], ["a.log"])
    }
  }

  @Test("Every option of the table is in its command's help")
  func complete() {
    for command in CommandTable.all {
      let text = Help.text(command: command.name)
      for option in command.options { #expect(text.contains("--" + option.name)) }
    }
  }
}
