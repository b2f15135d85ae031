// Reads `paths` of a configuration: a list of routes for all services, or lists by service.
//
//     "paths": ["/orders/{id}", "GET /search", {"path": "POST /orders", "statuses": [201, 422, 500]}]
//     "paths": {"api": ["/orders/{id}"]}
//
// SPDX-License-Identifier: Apache-2.0

/// Makes routes of a configuration's texts; what is wrong is noted where it stands.
struct KnownRouteReader {
  private let faults: ConfigFaults

  init(_ faults: ConfigFaults) { self.faults = faults }

  /// The routes of `paths`.
  func routes(_ node: ConfigNode) -> [KnownRoute] {
    var routes: [KnownRoute] = []
    switch node.value {
    case .list(let list): routes = list.compactMap { route($0, service: nil) }
    case .object(let members):
      for member in members {
        guard case .list(let list) = member.value.value else {
          faults.add(member.value.fault("a service's paths must be a list, and are \(member.value.kind)"))
          continue
        }
        routes += list.compactMap { route($0, service: member.key) }
      }
    default: faults.add(node.fault("'paths' must be a list, or an object of lists by service, and is \(node.kind)"))
    }
    if routes.count > Limits.knownRoutes { faults.add(node.fault("there may be \(Limits.knownRoutes) paths at most")) }
    return routes
  }

  private func route(_ node: ConfigNode, service: String?) -> KnownRoute? {
    if case .text(let text) = node.value { return route(text, node, service: service, statuses: nil) }
    guard var object = ConfigObject(node, faults, "a path") else { return nil }
    let text = object.text("path")
    let statuses = object.list("statuses").map { $0.compactMap { status($0) } }
    object.refuseOthers()
    guard let text else {
      if !object.keys.contains(where: { $0.key == "path" }) { faults.add(node.fault("a path needs 'path'")) }
      return nil
    }
    return route(text, node, service: service, statuses: statuses)
  }

  private func route(_ text: String, _ node: ConfigNode, service: String?, statuses: [UInt16]?) -> KnownRoute? {
    do throws(KnownRoute.Fault) {
      return try KnownRoute.parse(text, service: service, statuses: statuses)
    } catch {
      faults.add(node.fault("a path " + error.message))
      return nil
    }
  }

  private func status(_ node: ConfigNode) -> UInt16? {
    if case .number(let number) = node.value, let status = UInt16(exactly: number), (100..<600).contains(status) {
      return status
    }
    faults.add(node.fault("a status must be a whole number from 100 to 599"))
    return nil
  }
}
