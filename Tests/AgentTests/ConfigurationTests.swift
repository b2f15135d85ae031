import Foundation
import Testing

@testable import VitalsAgent

/// Configuration files as settings.
@Suite("Configuration") struct ConfigurationTests {
  private static func lines(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    return ConfigFile("f", bytes: bytes).lines(Configuration(bytes).faults)
  }

  private static func rule(_ text: String) -> [String] { lines("{\"log_rules\": [\(text)]}") }

  @Test(
    "What an option cannot be is refused where it stands",
    arguments: [
      ("[]", "f:1:1: a configuration must be an object, and is a list"),
      ("{\"lissen\": \"x\"}", "f:1:2: unknown key 'lissen'; did you mean 'listen'?"),
      ("{\"config\": \"x\"}", "f:1:2: unknown key 'config'"),
      ("{\"listen\": 1}", "f:1:12: 'listen' must be a text"),
      ("{\"log-from\": \"middle\"}", "f:1:14: middle: must be 'start' or 'end'"),
      ("{\"watch\": [\"a=b\", 3]}", "f:1:19: an element of 'watch' must be a text, and is a number"),
      ("{\"log\": {}}", "f:1:9: 'log' must be a text or a list of texts"),
    ])
  func options(text: String, message: String) { #expect(Self.lines(text) == [message]) }

  @Test(
    "What a rule cannot be is refused where it stands",
    arguments: [
      ("3", "a rule must be an object, and is a number"),
      ("{}", "a rule needs 'metric', the name of what it counts"),
      ("{\"metric\": \"node_x\"}", "'node_x' would stand among series of the agent's own; use another name"),
      ("{\"metric\": \"a-b\"}", "'a-b' is no metric's name: letters, digits, _ and :, and no digit first"),
      (
        "{\"metric\": \"a\", \"type\": \"sum\"}",
        "no type is called 'sum'; there are counter, gauge, histogram, in_flight"
      ),
      ("{\"metric\": \"a\", \"type\": \"gauge\"}", "a gauge needs 'value', the field with its number"),
      (
        "{\"metric\": \"a\", \"value\": {\"field\": \"x\", \"unit\": \"weeks\"}}",
        "no unit is called 'weeks'; there are seconds, milliseconds, microseconds, nanoseconds, minutes, hours, bytes, kilobytes, kibibytes, megabytes, mebibytes, ratio, percent"
      ),
      ("{\"metric\": \"a\", \"value\": {\"scale\": 2}}", "'value' needs 'field' or 'group'"),
      (
        "{\"metric\": \"a\", \"where\": {\"field\": \"x\"}}",
        "a condition needs one of equals, in, matches, exists, above, below, at_least, at_most"
      ),
      (
        "{\"metric\": \"a\", \"where\": {\"field\": \"x\", \"matches\": \"(\"}}",
        "'matches': missing ), at character 2 of the pattern"
      ),
      (
        "{\"metric\": \"a\", \"where\": {\"field\": \"x\", \"above\": \"1\"}}",
        "'above' must be a number, and is a text"
      ),
      (
        "{\"metric\": \"a\", \"where\": {\"field\": \"x\", \"equals\": []}}",
        "'equals' must be a text, a number, true, false or null"
      ),
      (
        "{\"metric\": \"a\", \"where\": {\"feld\": \"x\", \"equals\": 1}}",
        "a condition needs 'field', 'all', 'any' or 'not'"
      ),
      ("{\"metric\": \"a\", \"labels\": {\"service\": \"x\"}}", "the label 'service' is there already"),
      ("{\"metric\": \"a\", \"labels\": {\"le\": \"x\"}}", "metric 'a': label 'le' is reserved"),
      (
        "{\"metric\": \"a\", \"labels\": {\"b\": {\"as\": \"upper\", \"field\": \"x\"}}}",
        "'as' cannot be 'upper'; there are plain, lower, status_class, route"
      ),
      (
        "{\"metric\": \"a\", \"labels\": {\"b\": \"\"}}",
        "'' names no key"
      ),
      (
        "{\"metric\": \"a\", \"labels\": {\"b\": \"x\"}, \"zero\": [{\"c\": \"1\"}]}",
        "a series of 'zero' needs a text for the label 'b'"
      ),
      ("{\"metric\": \"a\", \"limit\": 0}", "'limit' must be a whole number from 1 to 10000"),
      (
        "{\"metric\": \"a\", \"type\": \"histogram\", \"value\": \"x\", \"buckets\": [2, 1]}",
        "a bucket's bound must be a number above the one before it"
      ),
      (
        "{\"metric\": \"a\", \"type\": \"in_flight\", \"where\": {\"field\": \"e\", \"equals\": 1}, \"id\": \"i\"}",
        "a rule of type in_flight needs 'until'"
      ),
      (
        "{\"metric\": \"a\"}, {\"metric\": \"a\", \"type\": \"gauge\", \"value\": \"x\"}",
        "another rule of 'a' has another kind"
      ),
    ])
  func rules(text: String, message: String) {
    let lines = Self.rule(text).map { $0.replacing(#/f:\d+:\d+: /#, with: "") }
    #expect(lines.contains(message), "\(lines)")
  }

  @Test("The command line's options replace the file's")
  func merging() throws {
    let folder = try ProcTree()
    try folder.write(
      "vitals.json", "{\"listen\": \"127.0.0.1:1\", \"watch\": [\"a=b\", \"c=d\"], // x\n \"log-from\": \"start\",}")
    let path = folder.folder.appendingPathComponent("vitals.json").path
    let options = try RunOptions(["config": [path], "watch": ["e=f"]])
    #expect(options.watches.map(\.service) == ["e"] && options.logsFromStart && !options.findsServices)
    #expect(try RunOptions(["config": [path]]).watches.map(\.service) == ["a", "c"])
  }

  @Test("A file that cannot be read, or has mistakes, is refused in one line")
  func refused() throws {
    let folder = try ProcTree()
    let root = folder.folder.path
    try folder.write("bad.json", "{\n\"listen\": 1,\n\"x\": 2}")
    #expect(throws: UsageError(message: "\(root)/none: No such file or directory")) {
      try RunOptions(["config": [root + "/none"]])
    }
    #expect(throws: UsageError(message: "\(root): is a directory")) { try RunOptions(["config": [root]]) }
    let message =
      "\(root)/bad.json:2:11: 'listen' must be a text (and 1 more; 'vitals check --config \(root)/bad.json' lists them)"
    #expect(throws: UsageError(message: message)) { try RunOptions(["config": [root + "/bad.json"]]) }
  }
}
