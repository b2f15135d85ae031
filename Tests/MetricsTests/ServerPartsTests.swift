// The server's parts that need no socket.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

@Suite("Metrics server's parts")
struct ServerPartsTests {
  @Test(
    "Which hosts are served on loopback",
    arguments: [
      ("localhost", true), ("LocalHost:9464", true), ("app.localhost", true), ("127.0.0.1", true),
      ("127.0.0.1:80", true), ("[::1]", true), ("[::1]:9464", true), ("10.0.0.7", true), ("web.example", true),
      ("evil.example", false), ("localhost.evil.example", false), ("evil-localhost", false), ("[evil]", false),
      ("localhost:x", false), ("127.0.0.1.evil.example", false), ("", false), ("[::1", false), ("[::1]x", false),
      ("[localhost]", false), ("a:b:c", false), ("127.0.0.1\0.evil.example", false),
    ] as [(String, Bool)])
  func hosts(_ host: String, _ isServed: Bool) {
    #expect(ServedHosts(isLoopback: true, names: ["Web.Example"]).serves(host) == isServed)
    #expect(ServedHosts(isLoopback: false, names: ["Web.Example"]).serves(host) == isServed)
    #expect(ServedHosts(isLoopback: false, names: []).serves(host))
  }

  @Test("Loopback is known in both families")
  func loopback() {
    for host in ["127.0.0.1", "127.8.8.8", "localhost", "::1", "::ffff:127.0.0.1", "::FFFF:7f00:1"] {
      #expect(ServerAddress(host: host, port: 1)?.isLoopback == true)
    }
    for host in ["0.0.0.0", "::", "10.0.0.1", "fe80::1", "::ffff:10.0.0.1", "::127.0.0.1"] {
      #expect(ServerAddress(host: host, port: 1)?.isLoopback == false)
    }
    #expect(ServerAddress(host: "::1", port: 9)?.description == "[::1]:9")
    #expect(ServerAddress(host: "127.1", port: 9) == nil)
  }
}
