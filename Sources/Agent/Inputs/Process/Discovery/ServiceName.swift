// The name that a person would give a process: `uvicorn main:app`, not `python3`. It is made of the program, or of the
// script or module where the program only interprets one, and of the application that an application server was told to
// serve. Options and their values are left out: they are long, they change, and they hold secrets.
// SPDX-License-Identifier: Apache-2.0

/// Names for services that nobody named.
enum ServiceName {
  /// The name of a process with this command line and this name in the kernel (`comm`).
  static func of(_ arguments: [String], comm: String) -> String {
    let words = arguments.filter { !$0.isEmpty }
    guard let first = words.first else { return shortened(comm) }
    if isTitle(first, words) { return shortened(titled(first)) }
    let program = base(first)
    guard let interpreter = Interpreter.named(program) else {
      return shortened(joined(program, words.dropFirst(), mayBeCommand: false))
    }
    guard let (script, rest) = interpreter.script(words.dropFirst()) else { return shortened(program) }
    return shortened(joined(script, rest, mayBeCommand: true))
  }

  /// A program that writes a title over its arguments leaves one word with spaces, or `name: what it does`.
  private static func isTitle(_ first: String, _ words: [String]) -> Bool {
    first.utf8.contains(UInt8(ascii: " ")) && (words.count == 1 || first.contains(": "))
  }

  /// `gunicorn: master [main:app]`, `nginx: worker process`, `puma 6.4.0 (tcp://0.0.0.0:3000) [shop]`.
  private static func titled(_ title: String) -> String {
    let word = title.prefix { $0 != " " }
    let program = base(String(word.hasSuffix(":") ? word.dropLast() : word))
    guard let open = title.lastIndex(of: "["), let close = title[open...].firstIndex(of: "]") else { return program }
    let inside = String(title[title.index(after: open)..<close])
    return isApplication(inside) || program == "puma" ? "\(program) \(inside)" : program
  }

  /// The program with the application that it serves, or with its subcommand where it is one of those that have some.
  private static func joined(_ program: String, _ rest: ArraySlice<String>, mayBeCommand: Bool) -> String {
    if let application = rest.first(where: isApplication) { return "\(program) \(application)" }
    if mayBeCommand, let next = rest.first, isCommand(next) { return "\(program) \(next)" }
    return program
  }

  /// `main:app`, `shop.web:create_app()`: a module and an object in it; not an address, not a path.
  static func isApplication(_ word: String) -> Bool {
    let halves = word.split(separator: ":", omittingEmptySubsequences: false)
    guard halves.count == 2, let left = halves.first, let right = halves.last, isName(left, more: "./-"),
      !schemes.contains(String(left))
    else { return false }
    return isName(right.hasSuffix("()") ? right.dropLast(2) : right, more: ".")
  }

  /// What stands before a colon without being a module.
  private static let schemes: Set<String> = ["unix", "fd", "file", "http", "https", "tcp", "ssl", "localhost"]

  private static func isName(_ text: Substring, more: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) else { return false }
    return text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || more.utf8.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (97...122).contains(byte) || (65...90).contains(byte) || byte == UInt8(ascii: "_")
  }

  private static func isCommand(_ word: String) -> Bool {
    word.utf8.count <= 20 && word.utf8.first.map { (97...122).contains($0) } == true
      && word.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || "-_:".utf8.contains($0) }
  }

  /// The last part of a path, without the dash of a login shell.
  static func base(_ path: String) -> String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    return last.count > 1 && last.hasPrefix("-") ? String(last.dropFirst()) : last
  }

  /// A script's name, with its directory where the name alone says nothing: `shop/main.py`.
  static func script(_ path: String) -> String {
    let parts = path.split(separator: "/").map(String.init)
    guard parts.count > 1, let last = parts.last, generic.contains(last), let folder = parts.dropLast().last,
      folder != ".", folder != ".."
    else { return base(path) }
    return "\(folder)/\(last)"
  }

  private static let generic: Set<String> = [
    "__main__.py", "main.py", "app.py", "server.py", "run.py", "wsgi.py", "asgi.py", "index.js", "main.js", "app.js",
    "server.js", "index.mjs", "server.mjs", "main.ts", "server.ts", "app.rb", "main.rb", "index.php", "run.sh",
    "start.sh",
    "entrypoint.sh", "app.jar", "server.jar",
  ]

  private static func shortened(_ name: String) -> String {
    if name.utf8.count <= Limits.serviceNameBytes { return name }
    var cut = ""
    for character in name {
      if cut.utf8.count + character.utf8.count > Limits.serviceNameBytes - 3 { break }
      cut.append(character)
    }
    return cut + "…"
  }
}
