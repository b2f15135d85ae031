import Testing

@testable import VitalsAgent

@Suite("Where to listen, as it is typed")
struct ListenAddressTests {
  static let bad: [String] = [
    "", ":", ":9977", "9977", "localhost", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
    "127.0.0.1:-1", "127.0.0.1:+80", "127.0.0.1: 80", "127.0.0.1:80/", "127.0.0.1:٨٠", "127.1:80", "127.0.0.256:80",
    "127.0.0.1\0:80", "example.com:80", "http://127.0.0.1:80", "::1", "::1:9977", "[::1]", "[::1:9977", "::1]:9977",
    "[127.0.0.1]:80", "[localhost]:80", "[]:80", "[::1%lo]:80", "[fe80::g]:80", "unix:", "unix:/a\0b",
    "unix:/" + String(repeating: "a", count: 107),
  ]

  @Test("What is no address is refused, and the option named", arguments: bad)
  func refusals(text: String) {
    let error = #expect(throws: UsageError.self) { try ListenAddress.parse(text) }
    #expect(error?.message.hasPrefix("--listen \(text): ") == true)
  }

  static let good: [(String, ListenAddress, String)] = [
    ("127.0.0.1:9977", .tcp(host: "127.0.0.1", port: 9977), "127.0.0.1:9977"),
    ("localhost:0", .tcp(host: "127.0.0.1", port: 0), "127.0.0.1:0"),
    ("0.0.0.0:65535", .tcp(host: "0.0.0.0", port: 65535), "0.0.0.0:65535"),
    ("[::1]:80", .tcp(host: "::1", port: 80), "[::1]:80"),
    ("[::]:080", .tcp(host: "::", port: 80), "[::]:80"),
    ("unix:/run/v:1", .unix(path: "/run/v:1"), "unix:/run/v:1"),
    ("unix:v", .unix(path: "v"), "unix:v"),
  ]

  @Test("An address is read and written", arguments: good)
  func addresses(text: String, expected: ListenAddress, description: String) throws {
    let address = try ListenAddress.parse(text)
    #expect(address == expected)
    #expect(address.description == description)
  }
}
