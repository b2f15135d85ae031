// The files under dashboards/ as far as the tests read them.
// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Where the files are, and how they are read.
enum DashboardFiles {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("dashboards")

  /// The JSON files of one of its folders, by name; every file there, so that a new one is tested too.
  static func names(in subfolder: String) -> [String] {
    let found = try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(subfolder).path)
    return (found ?? []).filter { $0.hasSuffix(".json") }.map { "\(subfolder)/\($0)" }.sorted()
  }

  static func read<Content: Decodable>(_ name: String, as type: Content.Type = Content.self) throws -> Content {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
  }
}

/// A Grafana dashboard.
struct GrafanaBoard: Decodable {
  struct Source: Decodable, Equatable {
    let type: String
    let uid: String
    static let variable = Source(type: "prometheus", uid: "${datasource}")
  }
  struct Grid: Decodable {
    let x, y, w, h: Int
    func overlaps(_ other: Grid) -> Bool {
      x < other.x + other.w && other.x < x + w && y < other.y + other.h && other.y < y + h
    }
  }
  struct Target: Decodable {
    let refId, expr, legendFormat: String
    let datasource: Source
  }
  struct Panel: Decodable {
    struct Fields: Decodable {
      struct Defaults: Decodable { let unit: String }
      let defaults: Defaults
    }
    let id: Int
    let type, title: String
    let description: String?
    let gridPos: Grid
    let datasource: Source?
    let fieldConfig: Fields?
    let targets: [Target]?
  }
  struct Variable: Decodable {
    struct Query: Decodable {
      let query: String
      /// A data source's query is a string, a variable's is an object.
      init(from decoder: any Decoder) throws {
        struct Object: Decodable { let query: String }
        let text = try? decoder.singleValueContainer().decode(String.self)
        query = try text ?? Object(from: decoder).query
      }
    }
    let name, type: String
    let query: Query
    let datasource: Source?
  }
  struct Templating: Decodable { let list: [Variable] }
  struct Time: Decodable { let from, to: String }

  let uid, title, refresh: String
  let tags: [String]
  let schemaVersion: Int
  let time: Time
  let templating: Templating
  let panels: [Panel]
}

/// A Prometheus rule file.
struct AlertFile: Decodable {
  struct Rule: Decodable {
    let alert, expr: String
    let labels, annotations: [String: String]
  }
  struct Group: Decodable { let rules: [Rule] }
  let groups: [Group]
  var rules: [Rule] { groups.flatMap(\.rules) }
}

/// A file of `promtool test rules`.
struct AlertTests: Decodable {
  struct Series: Decodable { let series: String }
  struct Alert: Decodable {}
  struct Check: Decodable {
    let alertname: String
    let expAlerts: [Alert]
  }
  struct Case: Decodable {
    let name: String
    let inputSeries: [Series]
    let alertRuleTest: [Check]
  }
  let tests: [Case]
}
