import Testing

@testable import VitalsAgent

/// Configuration files as text: what is refused and where, and what is taken.
@Suite("Configuration text") struct ConfigParserTests {
  @Test(
    "A mistake is shown where it stands",
    arguments: [
      ("", "f:1:1: ends where a value should stand"), ("{", "f:1:2: ends inside an object"),
      ("[1", "f:1:3: ends inside a list"), ("{\"a\" 1}", "f:1:6: a colon is missing behind 'a'"),
      ("{\"a\":1 \"b\":2}", "f:1:8: unexpected '\"', a comma may be missing before it"),
      ("{\"a\":1,,}", "f:1:8: unexpected ',' where a key in quotes should stand"), ("[,]", "f:1:2: unexpected ','"),
      ("{a: 1}", "f:1:2: unexpected 'a' where a key in quotes should stand"),
      ("{\"a\": yes}", "f:1:7: unexpected 'y'"), ("{\"a\":1}x", "f:1:8: unexpected 'x' after the end"),
      ("{\n  \"a\": 1,\n  \"a\": 2\n}", "f:3:3: 'a' stands here twice"),
      ("{\n  \"é\": 01}", "f:2:8: is no number that JSON has"),
      ("/* x", "f:1:1: a comment that does not end"), ("\"\\q\"", "f:1:3: an escape that JSON does not have"),
      ("[1e999]", "f:1:2: is too large a number"),
      (String(repeating: "[", count: 70), "f:1:65: nests deeper than 64"),
    ])
  func faults(text: String, message: String) {
    let bytes = Array(text.utf8)
    do throws(ConfigFault) {
      _ = try ConfigParser.parse(bytes)
      Issue.record("was taken: \(text)")
    } catch {
      #expect(error.description(of: "f", bytes) == message)
    }
  }

  @Test("Bytes that are not UTF-8 are refused where they stand")
  func encoding() {
    #expect(throws: ConfigFault(offset: 2, message: "is not UTF-8")) {
      try ConfigParser.parse([0x5B, 0x22, 0xFF, 0x22, 0x5D])
    }
  }

  @Test("Comments, last commas and a byte order mark are taken")
  func taken() throws {
    let text = "\u{FEFF}// head\n{ /* a */ \"a\": [1, 2,], // b\n \"b\": {\"c\": \"http://x/*\",},\n}\n// end"
    guard case .object(let members) = try ConfigParser.parse(Array(text.utf8)).value else {
      Issue.record("no object")
      return
    }
    #expect(members.map(\.key) == ["a", "b"])
    guard case .list(let list) = members[0].value.value, case .object(let inner) = members[1].value.value,
      case .text(let address) = inner[0].value.value
    else {
      Issue.record("other kinds")
      return
    }
    #expect(list.count == 2 && address == "http://x/*")
  }
}
