// The shipped dashboards and alerts against the agent that serves them: a name that /metrics does not have is an empty
// panel or an alert that never fires, and nobody would see it.
// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import VitalsAgent

@Suite("The files under dashboards/")
struct DashboardFilesTests {
  @Test(
    "Metric names are found in a query",
    arguments: [
      ("rate(node_cpu_secnds_total[5m])", "node_cpu_secnds_total"), ("", ""), ("1 + 2e3", ""),
      (#"a{b="c{d}",e="\"f"} / on (g, h) group_left (i) j"#, "a j"),
      ("sum by (x) (rate(y[$__rate_interval])) > 0.5", "y"),
      ("sum(a) by (b) or topk(5, c offset 5m) unless d == bool 1", "a c d"), ("a{b='}'} and $c", "a"),
      (#"{__name__=~"a|b",job="$job"}"#, "a b"), ("histogram_quantile(0.99, x_bucket)", "x_bucket"),
      ("predict_linear(a [1h], 14400) < -inf", "a"), ("a:b_c", "a:b_c"), ("sum(rate(x[1m]) * 5m", "x"),
    ] as [(String, String)])
  func names(query: String, wanted: String) {
    #expect(QueryNames.of(query).sorted().joined(separator: " ") == wanted)
  }

  @Test(
    "A name that the agent does not serve is found",
    arguments: [
      "node_cpu_secnds_total", "http_request_duration_seconds", "http_request_duration_seconds_buckets",
      "vitals_process_cpu_seconds", "node_pressure_cpu_stalled_total",
    ])
  func wrongName(name: String) throws {
    let served = try ServedNames.all.get()
    #expect(QueryNames.of("sum by (mode) (rate(\(name){mode!=\"idle\"}[5m])) / 2").subtracting(served) == [name])
  }

  @Test("Both folders hold what the README promises")
  func present() {
    #expect(Set(DashboardFiles.names(in: "grafana")).isSuperset(of: ["grafana/host.json", "grafana/service.json"]))
    #expect(DashboardFiles.names(in: "prometheus") == ["prometheus/alerts.json", "prometheus/alerts_test.json"])
  }

  @Test("A dashboard imports into any Grafana", arguments: DashboardFiles.names(in: "grafana"))
  func importable(file: String) throws {
    let board: GrafanaBoard = try DashboardFiles.read(file)
    #expect(board.schemaVersion >= 39)
    #expect(board.uid.hasPrefix("vitals-") && board.uid.utf8.count <= 40)
    #expect(!board.title.isEmpty && !board.refresh.isEmpty && board.tags.contains("vitals"))
    #expect(board.time.from.hasPrefix("now-") && board.time.to == "now")
    let variables = board.templating.list
    #expect(variables.first?.name == "datasource" && variables.first?.type == "datasource")
    #expect(variables.first?.query.query == "prometheus")
    #expect(variables.dropFirst().allSatisfy { $0.datasource == .variable })
    #expect(Set(variables.map(\.name)).isSuperset(of: ["job", "instance"]))
  }

  @Test("Panels have their own id and place, and say what they show", arguments: DashboardFiles.names(in: "grafana"))
  func panels(file: String) throws {
    let panels = try DashboardFiles.read(file, as: GrafanaBoard.self).panels
    #expect(panels.contains { $0.type == "row" } && panels.contains { $0.type == "timeseries" })
    #expect(Set(panels.map(\.id)).count == panels.count)
    for (index, panel) in panels.enumerated() {
      let grid = panel.gridPos
      #expect(grid.x >= 0 && grid.y >= 0 && grid.w > 0 && grid.h > 0 && grid.x + grid.w <= 24, "\(panel.title)")
      for other in panels.dropFirst(index + 1) {
        #expect(!grid.overlaps(other.gridPos), "\(panel.title) lies over \(other.title)")
      }
      #expect(!panel.title.isEmpty)
      if panel.type == "row" { continue }
      #expect(panel.description?.isEmpty == false, "\(panel.title)")
      #expect(panel.fieldConfig?.defaults.unit.isEmpty == false, "\(panel.title)")
      #expect(panel.datasource == .variable, "\(panel.title)")
    }
  }

  @Test("Queries read what the agent serves, from the chosen source", arguments: DashboardFiles.names(in: "grafana"))
  func queries(file: String) throws {
    let served = try ServedNames.all.get()
    let board: GrafanaBoard = try DashboardFiles.read(file)
    for panel in board.panels where panel.type != "row" {
      let targets = panel.targets ?? []
      #expect(!targets.isEmpty && Set(targets.map(\.refId)).count == targets.count, "\(panel.title)")
      for target in targets {
        #expect(target.datasource == .variable && !target.legendFormat.isEmpty, "\(panel.title)")
        let names = QueryNames.of(target.expr)
        #expect(!names.isEmpty, "\(panel.title): \(target.expr)")
        #expect(names.subtracting(served) == [], "\(panel.title): \(target.expr)")
        #expect(target.expr.contains(#"job="$job""#), "\(panel.title) mixes jobs: \(target.expr)")
      }
    }
    for variable in board.templating.list where variable.type == "query" {
      #expect(QueryNames.ofVariable(variable.query.query).subtracting(served) == [], "\(variable.name)")
    }
  }

  @Test("Alerts read what the agent serves, and say how bad it is, with numbers")
  func alerts() throws {
    let served = try ServedNames.all.get()
    let rules = try DashboardFiles.read("prometheus/alerts.json", as: AlertFile.self).rules
    #expect(Set(rules.map(\.alert)).count == rules.count)
    for rule in rules {
      let names = QueryNames.of(rule.expr)
      #expect(!names.isEmpty && names.subtracting(served) == [], "\(rule.alert): \(rule.expr)")
      #expect(["warning", "critical"].contains(rule.labels["severity"]), "\(rule.alert)")
      for key in ["summary", "description"] {
        #expect(rule.annotations[key]?.contains("{{ $labels.") == true, "\(rule.alert): \(key)")
      }
      #expect(rule.annotations["description"]?.contains("{{ $value") == true, "\(rule.alert)")
    }
  }

  @Test("Every alert is shown firing and silent, on series that the agent serves")
  func alertTests() throws {
    let served = try ServedNames.all.get()
    let rules = try DashboardFiles.read("prometheus/alerts.json", as: AlertFile.self).rules
    let cases = try DashboardFiles.read("prometheus/alerts_test.json", as: AlertTests.self).tests
    let checks = cases.flatMap(\.alertRuleTest)
    #expect(Set(checks.map(\.alertname)) == Set(rules.map(\.alert)))
    for rule in rules {
      let own = checks.filter { $0.alertname == rule.alert }
      #expect(own.contains { $0.expAlerts.isEmpty } && own.contains { !$0.expAlerts.isEmpty }, "\(rule.alert)")
    }
    for one in cases {
      for input in one.inputSeries {
        #expect(QueryNames.of(input.series).subtracting(served) == [], "\(one.name): \(input.series)")
      }
    }
  }

  @Test("Prometheus' own tool runs them, where it is installed", .enabled(if: Promtool.path != nil))
  func promtool() throws {
    #expect(try Promtool.run(["check", "rules", "alerts.json"]) == "")
    #expect(try Promtool.run(["test", "rules", "alerts_test.json"]) == "")
  }
}

/// `promtool`, wherever PATH has it.
private enum Promtool {
  static let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/promtool" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// What it said when it failed; nothing when all is well.
  static func run(_ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: path ?? "promtool")
    process.arguments = arguments
    process.currentDirectoryURL = DashboardFiles.folder.appendingPathComponent("prometheus")
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? "" : said
  }
}
