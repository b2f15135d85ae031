import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Which Host is served")
struct HostCheckTests {
  static let refused: [String] = [
    "", ":9977", "evil.example", "localhost.evil.example", "localhost@evil.example", "evil.example:9977",
    "evil-localhost", "127.0.0.1.evil.example", "127.0.0.1:9977.evil.example", "localhost:9977@evil.example",
    "[::1]evil.example", "[::1].evil.example", "[::1", "[localhost]", "[evil.example]:9977", "[]", "::1",
    "localhost:port", "localhost, evil.example", "localhost evil.example", "127.0.0.1\0.evil.example", "0x7f.1",
  ]

  @Test("On loopback a stranger's name is refused", arguments: refused)
  func strangers(host: String) {
    #expect(!HostCheck.hosts(at: .tcp(host: "127.0.0.1", port: 9977), allowed: []).serves(host))
    #expect(!HostCheck.hosts(at: .tcp(host: "127.0.0.1", port: 9977), allowed: ["vitals.example"]).serves(host))
    #expect(!HostCheck.hosts(at: .tcp(host: "0.0.0.0", port: 9977), allowed: ["vitals.example"]).serves(host))
  }

  static let served: [String] = [
    "localhost", "LOCALHOST", "localhost:9977", "localhost:", "app.localhost", "127.0.0.1", "127.0.0.1:9977",
    "[::1]", "[::1]:9977", "10.1.2.3", "[2001:DB8::1]:80",
  ]

  @Test("On loopback loopback's names and addresses are served", arguments: served)
  func own(host: String) {
    #expect(HostCheck.hosts(at: .tcp(host: "127.0.0.1", port: 9977), allowed: []).serves(host))
    #expect(HostCheck.hosts(at: .tcp(host: "::1", port: 9977), allowed: ["vitals.example"]).serves(host))
  }

  static let loopback = ["127.0.0.1", "127.1.2.3", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::FFFF:7f00:1"]

  @Test("Loopback is known however it is written", arguments: loopback)
  func spellings(address: String) {
    #expect(ListenAddress.tcp(host: address, port: 1).isLoopback)
    #expect(!HostCheck.hosts(at: .tcp(host: address, port: 1), allowed: []).serves("evil.example"))
  }

  @Test("Other addresses are none", arguments: ["0.0.0.0", "::", "10.0.0.1", "::2", "1::1", "128.0.0.1", "127.evil"])
  func others(address: String) {
    #expect(!ListenAddress.tcp(host: address, port: 1).isLoopback)
  }

  @Test("A name that was allowed is served, in any case and with any port")
  func allowed() {
    let check = HostCheck.hosts(at: .tcp(host: "127.0.0.1", port: 9977), allowed: ["Vitals.Example"])
    #expect(check.serves("vitals.example"))
    #expect(check.serves("VITALS.example:443"))
    #expect(!check.serves("a.vitals.example"))
  }

  @Test("Where a name means nothing none is asked for")
  func unchecked() {
    #expect(HostCheck.hosts(at: .tcp(host: "0.0.0.0", port: 9977), allowed: []).serves("node7.example"))
    #expect(HostCheck.hosts(at: .unix(path: "/run/vitals"), allowed: ["a"]).serves("anything"))
    #expect(HostCheck.hosts(at: .tcp(host: "127.0.0.1", port: 9977), allowed: []).serves(nil))
  }
}
