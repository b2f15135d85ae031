// Infos and state sets: what is refused, that they change at one moment, and what the formats call them.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

@Suite("Info and state set")
struct InfoTests {
  enum Door: String, CaseIterable, Sendable {
    case open
    case closed
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let error: MetricsError
    let act: @Sendable (Registry) throws -> Void

    init(_ name: String, _ error: MetricsError, _ act: @escaping @Sendable (Registry) throws -> Void) {
      testDescription = name
      self.error = error
      self.act = act
    }
  }

  static let refusals: [Refusal] = [
    Refusal("info without the suffix", .infoSuffixMissing(metric: "build")) { try $0.info("build", help: "", []) },
    Refusal("the suffix alone", .infoSuffixMissing(metric: "_info")) { try $0.info("_info", help: "", []) },
    Refusal("info with an illegal name", .invalidName("a b_info")) { try $0.info("a b_info", help: "", []) },
    Refusal("info with a bad label", .invalidLabel(metric: "a_info", label: "b c")) {
      try $0.info("a_info", help: "", [("b c", "1")])
    },
    Refusal("info with a label twice", .invalidLabel(metric: "a_info", label: "b")) {
      try $0.info("a_info", help: "", [("b", "1"), ("b", "2")])
    },
    Refusal("info with a reserved label", .reservedLabel(metric: "a_info", label: "__b")) {
      try $0.info("a_info", help: "", [("__b", "1")])
    },
    Refusal("replaced with a constant label", .constantLabel(metric: "a_info", label: "zone")) { _ in
      let registry = Registry(constantLabels: [("zone", "a")])
      try registry.info("a_info", help: "", []).replace([("zone", "b")])
    },
    Refusal("info with a constant label", .constantLabel(metric: "p_a_info", label: "zone")) { _ in
      let registry = Registry(prefix: "p_", constantLabels: [("zone", "a")])
      try registry.info("a_info", help: "", [("zone", "b")])
    },
    Refusal(
      "info with labels that become one", .labelClash(metric: "a_info", label: "b_c", with: "b.c", name: "b_c")
    ) { _ in
      _ = try Registry(names: .utf8).info("a_info", help: "", [("b.c", "1"), ("b_c", "2")])
    },
    Refusal("replaced with a bad label", .invalidLabel(metric: "a_info", label: "")) {
      try $0.info("a_info", help: "", []).replace([("", "1")])
    },
    Refusal("an info and a gauge of its OpenMetrics name", .nameClash(metric: "a", with: "a_info", name: "a")) {
      try $0.info("a_info", help: "", [])
      _ = try $0.gauge("a", help: "")
    },
    Refusal("an info where a gauge is", .conflict(metric: "a_info", differsIn: "kind")) {
      _ = try $0.gauge("a_info", help: "")
      try $0.info("a_info", help: "", [])
    },
    Refusal("no states", .invalidStates(metric: "s")) { _ = try $0.stateSet("s", help: "", states: []) },
    Refusal("an empty state", .invalidStates(metric: "s")) { _ = try $0.stateSet("s", help: "", states: ["a", ""]) },
    Refusal("a state twice", .invalidStates(metric: "s")) { _ = try $0.stateSet("s", help: "", states: ["a", "a"]) },
    Refusal("too many states", .invalidStates(metric: "s")) {
      _ = try $0.stateSet("s", help: "", states: (0...64).map { "\($0)" })
    },
    Refusal("a name that is no label", .invalidLabel(metric: "a:s", label: "a:s")) {
      _ = try $0.stateSet("a:s", help: "", states: ["a"])
    },
    Refusal("a label of the family's name", .invalidLabel(metric: "s", label: "s")) {
      _ = try $0.stateSet("s", help: "", states: ["a"], labels: ["s"])
    },
    Refusal("a name of Prometheus's", .reservedLabel(metric: "__s", label: "__s")) {
      _ = try $0.stateSet("__s", help: "", states: ["a"])
    },
    Refusal("other states", .conflict(metric: "s", differsIn: "set of states")) {
      _ = try $0.stateSet("s", help: "", states: ["\u{e9}"])
      _ = try $0.stateSet("s", help: "", states: ["e\u{301}"])
    },
  ]

  @Test("What cannot be exposed is refused with a typed error", arguments: refusals)
  func refused(_ refusal: Refusal) {
    #expect(throws: refusal.error) { try refusal.act(Registry()) }
    #expect(!refusal.error.description.isEmpty)
  }

  @Test("An unknown state is ignored and counted")
  func unknownState() throws {
    let registry = Registry()
    let states = try registry.stateSet("s", help: "", states: ["a"])
    states.set("b")
    states.set("b", false)
    states.set(only: "")
    #expect(!states.isOn("b") && !states.isOn("a"))
    let text = String(decoding: registry.exposition(), as: UTF8.self)
    #expect(text.contains("vitals_metrics_ignored_values_total{family=\"s\"} 3\n"))
  }

  @Test("States go on and off, alone or together")
  func states() throws {
    let registry = Registry()
    let all = try registry.stateSet("s", help: "", states: (0..<64).map { "\($0)" })
    all.set("0")
    all.set("63")
    #expect(all.values.filter(\.isOn).map(\.state) == ["0", "63"])
    all.set("0", false)
    #expect(all.values.filter(\.isOn).map(\.state) == ["63"])
    all.set(only: "17")
    #expect(all.values.filter(\.isOn).map(\.state) == ["17"])
    let door = try registry.stateSet("door", help: "", states: Door.self)
    door.set(.open)
    door.set(only: .closed)
    #expect(door.isOn(.closed) && !door.isOn(.open))
    #expect(try registry.stateSet("door", help: "", states: ["open", "closed"]).isOn("closed"))
  }

  @Test("An info is replaced as a whole, also by asking for it again")
  func replace() throws {
    let registry = Registry()
    let info = try registry.info("build_info", help: "", [("version", "1"), ("commit", "a")])
    try info.replace([("version", "2")])
    #expect(info.labels == LabelSet([("version", "2")]))
    #expect(throws: MetricsError.self) { try info.replace([("le", "2")]) }
    #expect(info.labels == LabelSet([("version", "2")]))
    #expect(try registry.info("build_info", help: "", [("version", "3")]) === info)
    #expect(info.labels == LabelSet([("version", "3")]))
  }

  @Test("Both formats, whole")
  func golden() throws {
    let registry = Registry(createdSeries: true)
    try registry.info("build_info", help: "Build.", [("version", "1.2"), ("dirty", "")])
    try registry.stateSet("door", help: "Door.", states: Door.self).set(.closed)
    let jobs = try registry.stateSet("job_state", help: "", states: ["run"], labels: ["job"])
    try jobs.labels("a\"b").set("run")
    #expect(
      String(decoding: registry.exposition(), as: UTF8.self) == #"""
        # HELP build_info Build.
        # TYPE build_info gauge
        build_info{version="1.2"} 1
        # HELP door Door.
        # TYPE door gauge
        door{door="open"} 0
        door{door="closed"} 1
        # TYPE job_state gauge
        job_state{job="a\"b",job_state="run"} 1

        """#)
    #expect(
      String(decoding: registry.exposition(.openMetrics), as: UTF8.self) == #"""
        # TYPE build info
        # HELP build Build.
        build_info{version="1.2"} 1
        # TYPE door stateset
        # HELP door Door.
        door{door="open"} 0
        door{door="closed"} 1
        # TYPE job_state stateset
        job_state{job="a\"b",job_state="run"} 1
        # EOF

        """#)
  }

  @Test("A scrape never sees two texts or two states of which one holds")
  func oneMoment() async throws {
    let registry = Registry()
    let door = try registry.stateSet("door", help: "", states: Door.self)
    door.set(.open)
    let info = try registry.info("a_info", help: "", [("x", "0"), ("y", "0")])
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        for round in 0..<500 {
          door.set(only: round % 2 == 0 ? .closed : .open)
          if (try? info.replace([("x", "\(round)"), ("y", "\(round)")])) == nil { return false }
        }
        return true
      }
      group.addTask {
        for _ in 0..<200 {
          let text = String(decoding: registry.exposition(), as: UTF8.self)
          let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
          let pairs = info.labels.pairs
          let isOn = lines.filter { $0.hasPrefix("door") && $0.hasSuffix(" 1") }
          if lines.count != 3 || isOn.count != 1 { return false }
          if pairs.map(\.name) != ["x", "y"] || pairs[0].value != pairs[1].value { return false }
        }
        return true
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
