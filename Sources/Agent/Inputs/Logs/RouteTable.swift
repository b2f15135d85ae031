// Requests by method, path and status: plain structs found by bytes, with labels made once a series. A series that
// exists costs no heap to count. Of thousands of routes the one that is wanted is far from the processor each time: it is
// sent for when a request is found, and the request counts when the next one is there.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The counters of a service's requests.
struct RouteTable {
  /// In the order they came.
  private var all: [RouteCounts] = []
  /// The latest request, while it does not count yet.
  private var latest: CountedRequest?
  /// Requests whose path had no room of its own.
  private(set) var folded: UInt64 = 0
  /// Lines that told a request again.
  var repeated: UInt64 { retold.lines }

  private var retold = RetoldRequests()
  private let labels: LabelSet
  private let form: PathForm
  private let limit: Int
  private var templates = PathTemplates()
  private var rawPaths = BytesIndex()
  private var known = KnownRouteTree()
  /// The methods as words.
  private let verbs: [(word: UInt64, count: Int)]
  /// The place in ``all``, or -1, for each template and method, or each raw path with its method.
  private var places: [Int32] = []
  /// The same for paths that have no room.
  private var otherPlaces: [Int32]

  /// Nothing counted yet; at most `limit` pairs of method and path get series of their own.
  init(labels: LabelSet, paths form: PathForm, limit: Int) {
    self.labels = labels
    self.form = form
    self.limit = limit
    verbs = HTTPVerb.all.map { ($0.span.word(at: 0, count: $0.count), $0.count) }
    otherPlaces = [Int32](repeating: -1, count: HTTPVerb.all.count + 1)
  }

  /// All routes, with the labels of their statuses made.
  mutating func named() -> [RouteCounts] {
    countLatest()
    for place in all.indices { all[place].makeLabels() }
    return all
  }

  /// Takes a route that is known before its first request; one with a method has its series from now on.
  mutating func add(_ route: KnownRoute) {
    let path = Array(route.path.utf8)
    guard form == .template, let number = templates.add(path) else { return }
    known.add(path, route: number)
    guard let method = route.method.map({ Array($0.utf8) }) else { return }
    let verb = verb(method.span, 0..<method.count)
    let cell = number &* otherPlaces.count &+ verb
    let isThere = cell < places.count && places[cell] >= 0
    guard let place = isThere ? Int(places[cell]) : addRoute(verb, number, cell) else { return }
    for status in route.statuses { all[place].open(status: status) }
  }

  /// The requests that follow were written, or read, at about this moment.
  mutating func turn(to moment: Moment) { retold.turn(to: moment) }

  /// Whether a server has told requests: they are for ``told(_:method:_:path:status:seconds:by:)`` from then on.
  @inline(__always) var isTold: Bool { retold.isOn }

  /// Counts one request. Method and path are valid UTF-8, each a range of its bytes; the path
  /// is as it was asked for.
  @discardableResult
  mutating func count(
    _ methodBytes: Span<UInt8>, method: Range<Int>, _ pathBytes: Span<UInt8>, path: Range<Int>, status: UInt16,
    seconds: Double?
  ) -> CountedRequest {
    let verb = verb(methodBytes, method)
    let place = knownPlace(verb, pathBytes, path) ?? otherPlace(verb)
    all.prefetch(place)
    countLatest()
    let request = CountedRequest(place: place, status: status, seconds: seconds)
    latest = request
    return request
  }

  @inline(__always) private mutating func countLatest() {
    guard let latest else { return }
    all[latest.place].count(latest)
    self.latest = nil
  }

  /// The same of a request that another line may tell, too. Nil when it counts already and nothing new is said of it.
  @inline(never) mutating func told(
    _ methodBytes: Span<UInt8>, method: Range<Int>, _ pathBytes: Span<UInt8>, path: Range<Int>, status: UInt16,
    seconds: Double?, by teller: RequestTeller
  ) -> CountedRequest? {
    if !retold.isOn, teller == .service {
      return count(methodBytes, method: method, pathBytes, path: path, status: status, seconds: seconds)
    }
    countLatest()
    let verb = verb(methodBytes, method)
    if !retold.isOn { retold.begin(all) }
    let before = folded
    let place = knownPlace(verb, pathBytes, path) ?? otherPlace(verb)
    if retold.isNew(place, status: all[place].slot(of: status), by: teller) {
      if seconds == nil { retold.addUntimed(place) }
      let request = CountedRequest(place: place, status: status, seconds: seconds)
      all[place].count(request)
      return request
    }
    folded = before
    guard let seconds, retold.takesDuration(place) else { return nil }
    let request = CountedRequest(place: place, status: status, seconds: seconds, isRepeated: true)
    all[place].time(request)
    return request
  }

  /// The place of a route with a series of its own, known or new.
  @inline(__always) private mutating func knownPlace(_ verb: Int, _ bytes: Span<UInt8>, _ path: Range<Int>) -> Int? {
    let isRaw = form == .raw
    guard let number = isRaw ? raw(verb, bytes, path) : template(bytes, path) else { return nil }
    let cell = isRaw ? number : number &* otherPlaces.count &+ verb
    if cell < places.count, places[cell] >= 0 { return Int(places[cell]) }
    return addRoute(verb, number, cell)
  }

  /// The number of a path's template.
  @inline(__always) private mutating func template(_ bytes: Span<UInt8>, _ path: Range<Int>) -> Int? {
    if !known.isEmpty, let route = known.route(bytes, path) { return route }
    return templates.route(bytes, path)
  }

  /// A number for a path as it is, with a method: with thousands of them each further place to look at is out of the cache.
  @inline(__always) private mutating func raw(_ verb: Int, _ bytes: Span<UInt8>, _ path: Range<Int>) -> Int? {
    let end = bytes.first(of: UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "#"), in: path)
    if end &- path.lowerBound > Limits.logPathBytes { return nil }
    let path = path.lowerBound..<end
    if let known = rawPaths.find(bytes, path, after: verb) { return known }
    return rawPaths.count < limit ? rawPaths.insert(bytes, path, after: verb) : nil
  }

  @inline(never) private mutating func addRoute(_ verb: Int, _ number: Int, _ cell: Int) -> Int? {
    if all.count >= limit { return nil }
    let text = form == .template ? templates.text(number) : Array(rawPaths.bytes(number))
    let path = String(decoding: text, as: UTF8.self)
    // A path may be that very word; two series must not have the same labels.
    let place = path == "other" && otherPlaces[verb] >= 0 ? Int(otherPlaces[verb]) : append(verb, path)
    if path == "other" { otherPlaces[verb] = Int32(truncatingIfNeeded: place) }
    while places.count <= cell { places.append(-1) }
    places[cell] = Int32(truncatingIfNeeded: place)
    return place
  }

  @inline(never) private mutating func otherPlace(_ verb: Int) -> Int {
    folded &+= 1
    if otherPlaces[verb] < 0 { otherPlaces[verb] = Int32(truncatingIfNeeded: append(verb, "other")) }
    return Int(otherPlaces[verb])
  }

  private mutating func append(_ verb: Int, _ path: String) -> Int {
    let method = verb < HTTPVerb.all.count ? String(decoding: HTTPVerb.all[verb], as: UTF8.self) : "other"
    all.append(RouteCounts(labels: labels.adding([("method", method), ("path", path)])))
    return all.count - 1
  }

  /// The method's place in the list, upper and lower case alike; past it for any other.
  @inline(__always) private func verb(_ bytes: Span<UInt8>, _ method: Range<Int>) -> Int {
    let word = bytes.word(at: method.lowerBound, count: method.count) & 0xDFDF_DFDF_DFDF_DFDF
    return verbs.firstIndex { $0.word == word && $0.count == method.count } ?? verbs.count
  }
}
