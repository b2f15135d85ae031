// GNU-style command lines: `--name value`, `--name=value`, a subcommand first, `--` before operands that look like
// options. What the table does not know is refused by name.
// SPDX-License-Identifier: Apache-2.0

/// A command line that was understood.
enum Invocation: Equatable {
  /// A subcommand with its options' values in the order given, and its operands.
  case command(name: String, values: [String: [String]], operands: [String])
  /// `--help`, of a subcommand or of all.
  case help(command: String?)
  /// `--version`.
  case version
}

/// Turns arguments into an ``Invocation``.
enum CommandLineParser {
  /// The arguments as text. All that is asked for here is text; a path that is not cannot be named, in labels neither.
  static func text(_ arguments: [[UInt8]]) throws(UsageError) -> [String] {
    var texts: [String] = []
    for bytes in arguments {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw UsageError(message: "'\(String(decoding: bytes, as: UTF8.self))' is not UTF-8, which arguments must be")
      }
      texts.append(text)
    }
    return texts
  }

  /// Parses the arguments after the program's name.
  static func parse(_ arguments: [String]) throws(UsageError) -> Invocation {
    var rest = arguments[...]
    var name = CommandTable.standard
    let named = rest.first.map { !$0.hasPrefix("-") } ?? false
    if named, let first = rest.popFirst() { name = first }
    let isHelp = name == "help"
    if isHelp {
      guard let of = rest.first else { return .help(command: nil) }
      name = of
    }
    guard let command = CommandTable.all.first(where: { $0.name == name }) else {
      throw UsageError(message: "unknown command '\(name)'; 'vitals --help' lists them")
    }
    if isHelp { return .help(command: name) }
    var values: [String: [String]] = [:]
    var operands: [String] = []
    while let argument = rest.popFirst() {
      switch argument {
      case "--help", "-h": return .help(command: named ? name : nil)
      case "--version": return .version
      case "--":
        operands += rest
        rest = []
      case _ where argument.hasPrefix("-") && argument != "-":
        try option(argument, of: command, rest: &rest, into: &values)
      default: operands.append(argument)
      }
    }
    if operands.count > command.operands.count, !command.repeatsOperand {
      throw UsageError(message: "'\(operands[command.operands.count])' is one argument too many for 'vitals \(name)'")
    }
    return .command(name: name, values: values, operands: operands)
  }

  private static func option(
    _ argument: String, of command: CommandSpec, rest: inout ArraySlice<String>, into values: inout [String: [String]]
  ) throws(UsageError) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let typed = String(parts.first ?? "")
    guard typed.hasPrefix("--"), let spec = command.options.first(where: { "--" + $0.name == typed }) else {
      throw UsageError(message: "unknown option '\(typed)'; 'vitals \(command.name) --help' lists them")
    }
    let inline = parts.count > 1 ? String(parts[1]) : nil
    if spec.argument == nil {
      if inline != nil { throw UsageError(message: "--\(spec.name) takes no value") }
      values[spec.name] = []
      return
    }
    guard let value = inline ?? rest.popFirst(), !value.isEmpty else {
      throw UsageError(message: "--\(spec.name) needs a value: --\(spec.name) \(spec.argument ?? "")")
    }
    if !spec.repeats, values[spec.name] != nil { throw UsageError(message: "--\(spec.name) was given twice") }
    values[spec.name, default: []].append(value)
  }
}
