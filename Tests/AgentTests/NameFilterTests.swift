import Testing

@testable import VitalsAgent

@Suite("Lists of names to take and to leave out")
struct NameFilterTests {
  @Test(
    "A list that cannot be meant is refused",
    arguments: [
      ("", "--networks : a name is empty; the list is GLOB,-GLOB,... without blanks"),
      ("-", "--networks -: a name is empty; the list is GLOB,-GLOB,... without blanks"),
      ("eth0,", "--networks eth0,: a name is empty; the list is GLOB,-GLOB,... without blanks"),
      (",eth0", "--networks ,eth0: a name is empty; the list is GLOB,-GLOB,... without blanks"),
      ("a,,b", "--networks a,,b: a name is empty; the list is GLOB,-GLOB,... without blanks"),
      ("a, b", "--networks a, b: ' b' begins or ends with a blank; write '?' where a name has one"),
      ("a ,b", "--networks a ,b: 'a ' begins or ends with a blank; write '?' where a name has one"),
      ("- a", "--networks - a: '- a' begins or ends with a blank; write '?' where a name has one"),
    ])
  func refused(list: String, message: String) {
    #expect(throws: UsageError(message: message)) { try NameFilter(list, option: "networks") }
  }

  @Test("A list has a limit")
  func limit() throws {
    let names = Array(repeating: "a", count: 64)
    #expect(try NameFilter(names.joined(separator: ","), option: "x").takes("a"))
    let error = #expect(throws: UsageError.self) {
      try NameFilter((names + ["a"]).joined(separator: ","), option: "x")
    }
    #expect(error?.message.hasSuffix(": has more than 64 names") == true)
    #expect(throws: UsageError(message: "--x: the list has more than 4096 bytes")) {
      try NameFilter(String(repeating: "a", count: 4_097), option: "x")
    }
  }

  @Test(
    "What is taken",
    arguments: [
      ("eth0", "eth0", true, true), ("eth0", "eth1", true, false), ("eth0", "eth0", false, true),
      ("eth*,wlan?", "wlan0", true, true), ("eth*,wlan?", "wlan10", true, false), ("*", "sda1", false, true),
      ("-veth*", "veth12", true, false), ("-veth*", "eth0", true, true), ("-veth*", "loop0", false, false),
      ("*,-lo", "lo", true, false), ("-lo,*", "lo", true, false), ("*,-lo", "loop0", false, true),
      ("lo,-lo", "lo", true, false), ("/mnt/?,/", "/", true, true), ("/mnt/*", "/mnt/a/b", true, true),
      ("?lo", "-lo", true, true), ("a?b", "a,b", true, true), ("--x", "-x", true, false), ("ü*", "über", true, true),
    ])
  func taken(list: String, name: String, isStandard: Bool, wanted: Bool) throws {
    #expect(try NameFilter(list, option: "x").takes(name, isStandard: isStandard) == wanted)
  }

  @Test("Without a list it is the input's own rule")
  func standard() {
    #expect(NameFilter.standard.takes("sda"))
    #expect(!NameFilter.standard.takes("sda1", isStandard: false))
  }
}
