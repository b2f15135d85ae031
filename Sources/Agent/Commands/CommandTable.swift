// Every subcommand and option in one table: the parser and `--help` both read it, so that they cannot disagree.
// SPDX-License-Identifier: Apache-2.0

/// An option as a person types it.
struct OptionSpec: Sendable {
  /// The long name, without the dashes.
  let name: String
  /// What stands for its value in the help; nil for a switch.
  let argument: String?
  /// Whether it may be given several times.
  var repeats = false
  /// One line for the help.
  let help: String
}

/// A subcommand.
struct CommandSpec: Sendable {
  let name: String
  /// What may follow the options; empty when nothing may.
  var operands: [String] = []
  /// Whether the last of ``operands`` may come any number of times.
  var repeatsOperand = false
  let summary: String
  let options: [OptionSpec]
}

/// What `vitals` can be told to do.
enum CommandTable {
  /// The subcommand that runs when none is named.
  static let standard = "run"

  static let all = [run, dashboard, replay, check]

  private static let run = CommandSpec(
    name: "run",
    summary: "the agent: samples this machine, tails logs, serves /metrics and the text dashboard",
    options: [
      OptionSpec(
        name: "listen", argument: "ADDRESS",
        help: "HOST:PORT or unix:PATH to serve on (default 127.0.0.1:9977)"),
      OptionSpec(
        name: "config", argument: "FILE",
        help: "a configuration: JSON with comments; options by their names, and log_rules"),
      OptionSpec(
        name: "allow-host", argument: "NAME", repeats: true,
        help: "a further name that a request's Host header may bear"),
      OptionSpec(
        name: "log", argument: "[SERVICE=]PATH", repeats: true,
        help:
          "a log to follow through its rotations, a pattern, or a directory and a slash; 'auto' for those that services "
          + "write (default), 'none' for none"),
      OptionSpec(
        name: "log-from", argument: "start|end",
        help: "where to begin in a log that is there already (default end)"),
      OptionSpec(
        name: "checkpoint", argument: "FILE",
        help: "where to keep how far the logs are counted (default $STATE_DIRECTORY/checkpoint, as systemd sets it)"),
      OptionSpec(
        name: "watch", argument: "NAME=MATCH", repeats: true,
        help: "a service's processes: name:, exe:, cmd:, pid:, port:, cgroup: or bare text; 'auto' for all that listen"),
      OptionSpec(
        name: "networks", argument: "LIST",
        help: "network devices to take, and with a minus to leave out, such as 'eth*' or '-veth*,-br-*'"),
      OptionSpec(
        name: "collect", argument: "LIST",
        help:
          "inputs or groups to run, or with a minus not to: 'cpu,memory', '-host', 'default,proportional' (see README)"
      ),
      OptionSpec(
        name: "disks", argument: "LIST", help: "disks to take, and with a minus to leave out, such as 'sd?' or '-dm-*'"),
      OptionSpec(
        name: "mounts", argument: "LIST",
        help: "mount points to take, and with a minus to leave out, such as '/,/srv/*' or '-/mnt/*'"),
      OptionSpec(
        name: "filesystems", argument: "LIST",
        help: "types of file systems to take, and with a minus to leave out, such as '-tmpfs,-nfs*'"),
      OptionSpec(
        name: "textfile-dir", argument: "DIR", repeats: true,
        help: "a directory whose *.prom files hold metrics of others, to be served too"),
    ] + mounts)

  private static let dashboard = CommandSpec(
    name: "dashboard",
    operands: ["overview|host|service"],
    summary: "frames of text on stdout: of a running agent, or of this machine when none runs",
    options: [
      OptionSpec(name: "once", argument: nil, help: "one frame, then end"),
      OptionSpec(
        name: "width", argument: "COLUMNS", help: "the frame's width, 60 to 240 (default: the terminal's, or 100)"),
      OptionSpec(name: "url", argument: "URL", help: "the agent to ask (default http://127.0.0.1:9977)"),
    ] + mounts)

  private static let replay = CommandSpec(
    name: "replay",
    operands: ["[SERVICE=]FILE"],
    repeatsOperand: true,
    summary: "reads finished logs, gzip'd or not, '-' for stdin, and says what was in them: rate, errors, silences",
    options: [
      OptionSpec(name: "format", argument: "text|json|prometheus", help: "what is printed (default text)"),
      OptionSpec(name: "config", argument: "FILE", help: "a configuration whose log_rules count too"),
      OptionSpec(name: "from", argument: "TIME", help: "leaves out lines before this time, such as 2026-11-21T04:11Z"),
      OptionSpec(name: "to", argument: "TIME", help: "leaves out lines from this time on"),
      OptionSpec(
        name: "width", argument: "COLUMNS", help: "the text's width, 60 to 240 (default: the terminal's, or 100)"),
    ])

  private static let check = CommandSpec(
    name: "check",
    summary: "says what is made of a log, and what is wrong with a configuration",
    options: [
      OptionSpec(
        name: "log", argument: "[SERVICE=]FILE", repeats: true,
        help: "a log to read, gzip'd or not, '-' for stdin: its forms, its keys, and the lines that cannot be used"),
      OptionSpec(name: "config", argument: "FILE", help: "a configuration to validate"),
    ])

  /// Where the kernel's trees are: for containers that mount the host's elsewhere.
  private static let mounts = [
    OptionSpec(name: "proc", argument: "DIR", help: "where procfs is mounted (default /proc)"),
    OptionSpec(name: "sys", argument: "DIR", help: "where sysfs is mounted (default /sys)"),
    OptionSpec(name: "root", argument: "DIR", help: "where the host's / is mounted (default /)"),
  ]
}
