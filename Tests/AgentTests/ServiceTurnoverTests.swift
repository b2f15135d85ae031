import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Restarts of services")
struct ServiceTurnoverTests {
  private let start: UInt64 = 1_000

  /// Looks, a second apart, parted by bars; `+60` lets a minute more pass first. Of each process its id, `<` and its
  /// parent's where that is not init, and `@` and when it began in seconds from the agent's first look; `Z` stands before
  /// one that is dead, `~` before one that is not the service's for the moment.
  private func counts(_ looks: String) throws -> ServiceTurnover.Counts? {
    let turnover = ServiceTurnover()
    var boot = start
    for (place, look) in looks.split(separator: "|", omittingEmptySubsequences: false).enumerated() {
      if place > 0 { boot += 1 }
      var stats: [Int32: ProcessStat] = [:]
      var members: [Int32] = []
      for word in look.split(separator: " ") {
        if word.first == "+" {
          boot += try #require(UInt64(word.dropFirst()))
          continue
        }
        let mark = word.first.map { "Z~".contains($0) ? String($0) : "" } ?? ""
        let parts = word.dropFirst(mark.count).split(separator: "@")
        let ids = try parts[0].split(separator: "<").map { try #require(Int32($0)) }
        let began = UInt64(Int64(start) + (try #require(Int64(parts[1])))) * 100
        let line = ProcTree.stat(
          Int(ids[0]), "app", parent: Int(ids.dropFirst().first ?? 1), start: began, state: mark == "Z" ? "Z" : "S",
          threads: 1)
        stats[ids[0]] = ProcessStat(Array(line.utf8).span)
        if mark.isEmpty { members.append(ids[0]) }
      }
      turnover.renew([("api", members)], Moment(boot: boot * 1_000_000_000, real: 0)) { stats[$0] }
    }
    return turnover.counts("api")
  }

  @Test(
    "What is a restart, and what is not",
    arguments: [
      // What was there at the agent's start, and what is found late, has not begun.
      ("", 0, 0, 0), ("10@-5", 0, 0, 0), ("10@-5|10@-5|10@-5 11<10@-9", 0, 0, 0),
      // Another one in its place: at once, later, after a long while, and with the same id.
      ("10@-5|20@1", 1, 1, 1), ("10@-5||20@2", 1, 1, 1), ("10@-5||+100000|30@100002", 1, 1, 1),
      ("10@-5|10@1", 1, 1, 1), ("10@-5|Z10@-5|Z10@-5 20@2", 1, 1, 1), ("10@-5|20@1|30@2|40@3", 3, 3, 3),
      // A service that starts while the agent runs, and its workers.
      ("|10@1|10@1 11<10@2 12<10@2", 0, 3, 0),
      // Workers that are recycled, one with the same id.
      ("10@-5 11<10@-5|10@-5 12<10@1|10@-5 13<10@2", 0, 2, 2), ("10@-5 11<10@-5|10@-5 11<10@1", 0, 1, 1),
      ("10@-5 11<10@-5 12<11@-5|10@-5 11<10@-5 13<11@1", 0, 1, 1),
      // All gone and back; the master gone before its workers.
      ("10@-5 11<10@-5||20@2 21<20@2", 1, 2, 2),
      ("10@-5 11<10@-5|11@-5|11@-5 20@2 21<20@2|20@2 21<20@2", 1, 2, 2),
      ("10@-5 11<10@-5|11@-5|||20@4", 1, 1, 2),
      // A successor that it started itself.
      ("10@-5|10@-5 20<10@1|20@1", 0, 1, 1),
      // One more, and a command that somebody runs beside it, time and again.
      ("10@-5|10@-5 20@1", 0, 1, 0), ("10@-5|10@-5 20@1|10@-5|10@-5 21@3|10@-5", 0, 2, 2),
      // One of several; in a loop; one that came later and stayed; fewer than before, and later more.
      ("10@-5 20@-5|20@-5|20@-5 30@2", 1, 1, 1), ("10@-5 20@-5|20@-5 30@1|20@-5 31@2|20@-5 32@3", 3, 3, 3),
      ("10@-5|10@-5 20@1|+60 10@-5 20@1|10@-5|10@-5 21@64", 1, 2, 1),
      ("10@-5 20@-5|20@-5|+601 20@-5|20@-5 30@604", 0, 1, 1),
      // Not found to be the service's for a moment.
      ("10@-5 11<10@-5|~10@-5 ~11<10@-5|10@-5 11<10@-5", 0, 0, 0),
    ])
  func looks(looks: String, restarts: UInt64, starts: UInt64, exits: UInt64) throws {
    let wanted = ServiceTurnover.Counts(starts: starts, exits: exits, restarts: restarts)
    #expect(try counts(looks) == wanted, "\(looks)")
  }

  @Test("Counts stay with a service that is gone for a while; of too many the gone are forgotten")
  func bounds() {
    let turnover = ServiceTurnover()
    let now = Moment(boot: start * 1_000_000_000, real: 0)
    turnover.renew([("first", [])], now) { _ in nil }
    turnover.renew([], now) { _ in nil }
    #expect(turnover.counts("first") == .init())
    let many = (0..<Limits.turnoverServices).map { (service: "s\($0)", pids: [Int32]()) }
    turnover.renew(many, now) { _ in nil }
    #expect(turnover.counts("first") == nil)
    #expect(turnover.counts("s0") == .init())
  }

  @Test("A process that goes over to another service has neither ended nor begun")
  func moved() throws {
    let stat = ProcessStat(Array(ProcTree.stat(10, "app", start: start * 100 + 1).utf8).span)
    let turnover = ServiceTurnover()
    let now = Moment(boot: start * 1_000_000_000, real: 0)
    for service in ["a", "b", "a"] { turnover.renew([(service, [10])], now) { $0 == 10 ? stat : nil } }
    #expect(turnover.counts("a") == .init(starts: 1))
    #expect(turnover.counts("b") == .init())
  }
}
