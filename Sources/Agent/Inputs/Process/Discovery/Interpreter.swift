// Programs that run another one, and where on their command line that one stands: each has options of its own that take
// a word after them.
// SPDX-License-Identifier: Apache-2.0

/// A program that is known for what it runs.
struct Interpreter {
  /// Options that take the next word.
  private let takesNext: Set<String>
  /// Options whose next word is a module or class to run.
  private let runsNext: Set<String>
  /// Options after which there is nothing to name: the program is on the command line.
  private let isInline: Set<String>

  private static let python = Interpreter(
    takesNext: ["-W", "-X", "--check-hash-based-pycs"], runsNext: ["-m"], isInline: ["-c", "-"])
  private static let node = Interpreter(
    takesNext: ["-r", "--require", "--import", "--loader", "--experimental-loader", "--env-file", "-C"], runsNext: [],
    isInline: ["-e", "--eval", "-p", "--print", "-"])
  private static let java = Interpreter(
    takesNext: [
      "-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules", "--add-opens", "--add-exports",
    ],
    runsNext: ["-jar", "-m", "--module"], isInline: [])
  private static let other = Interpreter(
    takesNext: ["-I", "-r", "-d", "-S", "-t"], runsNext: [], isInline: ["-e", "-c", "-"])

  /// The interpreter of this name, with or without a version.
  static func named(_ program: String) -> Interpreter? {
    let digits = program.utf8.reversed().prefix { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
    switch program.dropLast(digits.count) {
    case "python", "pypy": return python
    case "node", "nodejs", "bun", "deno": return node
    case "java": return java
    case "ruby", "perl", "php", "sh", "bash", "dash", "zsh", "dotnet": return other
    default: return nil
    }
  }

  /// The script, module or class among the words behind the interpreter, and the words behind that.
  func script(_ words: ArraySlice<String>) -> (name: String, rest: ArraySlice<String>)? {
    var index = words.startIndex
    while index < words.endIndex {
      let word = words[index]
      if isInline.contains(word) { return nil }
      if runsNext.contains(word), index + 1 < words.endIndex {
        return (module(words[index + 1]), words[(index + 2)...])
      }
      if !word.hasPrefix("-") { return (ServiceName.script(word), words[(index + 1)...]) }
      index += takesNext.contains(word) ? 2 : 1
    }
    return nil
  }

  /// `uvicorn.__main__` is uvicorn, `app/com.acme.Main` of Java's `--module` the class, a jar is a file.
  private func module(_ name: String) -> String {
    let plain = name.hasSuffix(".__main__") ? String(name.dropLast(9)) : name
    return ServiceName.script(plain)
  }
}
