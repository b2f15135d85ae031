// Requests that two lines tell: one of a server's access log and one of the service's own. Of each route and status both
// tellers' lines are counted, and the greater count is the number of requests: a line whose teller is behind the other one
// tells again what counts already. So it makes no difference who comes first, by how much, or which of the two leaves out
// some routes; and a count never goes down.
//
// A teller that has been silent for long tells no more: a service that was started anew with other logs would count
// nothing until its new lines have caught up with all old ones. What one was ahead is forgotten then.
//
// Two lines are not compared by their times: those of both are of other clocks' readings, and to read them costs more than
// to count the line. So one request that only the one told, and one that only the other did, of the same route and status,
// are taken for one.
// SPDX-License-Identifier: Apache-2.0

/// The balance of both tellers, by a route's place in ``RouteTable/all``. Not thread-safe; two words a status.
struct RetoldRequests {
  private struct Route {
    /// For each status, how many lines of the server's are ahead of the service's; negative where they are behind.
    var leads: [Int64] = []
    /// Requests that count without a duration.
    var untimed: UInt64 = 0
  }

  /// Lines that told what counted already.
  private(set) var lines: UInt64 = 0
  /// Whether an access line was counted. Before, nothing can be told again, and nothing is kept.
  private(set) var isOn = false
  private var routes: [Route] = []
  private var now: UInt64 = 0
  /// When each was heard last.
  private var server: UInt64 = 0
  private var service: UInt64 = 0

  /// What follows was written, or read, at about this time.
  mutating func turn(to moment: Moment) { now = moment.real }

  /// Begins with what counts already: the service alone has told it.
  mutating func begin(_ counted: [RouteCounts]) {
    isOn = true
    service = now
    routes = counted.map { route in
      let counts = route.counts
      let timed = route.timed
      return Route(
        leads: counts.map { -Int64(clamping: $0) }, untimed: counts.reduce(0, &+) &- timed)
    }
  }

  /// Takes a line; whether it tells a request that does not count yet.
  mutating func isNew(_ place: Int, status slot: Int, by teller: RequestTeller) -> Bool {
    while routes.count <= place { routes.append(Route()) }
    while routes[place].leads.count <= slot { routes[place].leads.append(0) }
    let sign: Int64 = teller == .server ? 1 : -1
    let other = teller == .server ? service : server
    if teller == .server { server = now } else { service = now }
    let lead = routes[place].leads[slot] &* sign
    if lead < 0, now <= other || now &- other < Limits.logTellerNanoseconds {
      routes[place].leads[slot] &+= sign
      lines &+= 1
      return false
    }
    routes[place].leads[slot] = (max(0, lead) &+ 1) &* sign
    return true
  }

  /// A request counts without a duration.
  mutating func addUntimed(_ place: Int) { routes[place].untimed &+= 1 }

  /// Whether a duration belongs to a request that counts without one; it has one then.
  mutating func takesDuration(_ place: Int) -> Bool {
    if routes[place].untimed == 0 { return false }
    routes[place].untimed &-= 1
    return true
  }
}
