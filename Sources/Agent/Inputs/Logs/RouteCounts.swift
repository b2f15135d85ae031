// The counts of one method and route.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Requests by status, and their durations.
struct RouteCounts {
  /// The upper bounds of the duration's buckets, in seconds: Prometheus' default ones, and two for slow services.
  static let bounds: InlineArray<13, Double> = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

  // What each request touches stands side by side, since a route is another place in memory each time: the first statuses,
  // the sum and the buckets. A route of more statuses has the others in arrays.
  private var firstNumbers = InlineArray<4, UInt16>(repeating: .max)
  private var firstCounts = InlineArray<4, UInt64>(repeating: 0)
  private var sum = 0.0
  private var buckets = InlineArray<14, UInt64>(repeating: 0)
  private var moreNumbers: [UInt16] = []
  private var moreCounts: [UInt64] = []
  /// How many statuses there are.
  private var statusCount = 0
  /// Their labels; those of new ones are made when somebody looks.
  private var statusLabels: [LabelSet] = []
  /// `service`, `method`, `path`.
  let labels: LabelSet

  /// Nothing counted yet.
  init(labels: LabelSet) { self.labels = labels }

  /// The series of each status, in the order they came.
  var statuses: [(status: UInt16, labels: LabelSet, count: UInt64)] {
    (0..<statusCount).map { place in
      let (status, count) = status(place)
      return (status, place < statusLabels.count ? statusLabels[place] : labels(of: status), count)
    }
  }

  /// Makes the labels of the statuses that are new, so that they are made once.
  mutating func makeLabels() {
    while statusLabels.count < statusCount { statusLabels.append(labels(of: status(statusLabels.count).number)) }
  }

  private func status(_ place: Int) -> (number: UInt16, count: UInt64) {
    if place < firstNumbers.count { return (firstNumbers[place], firstCounts[place]) }
    return (moreNumbers[place - firstNumbers.count], moreCounts[place - firstNumbers.count])
  }

  private func labels(of status: UInt16) -> LabelSet {
    labels.adding([("status", status == 0 ? "other" : String(status))])
  }

  /// Counts one request, and its duration when it has one.
  @inline(__always) mutating func count(_ request: CountedRequest) {
    var place = 0
    while place < firstNumbers.count, firstNumbers[place] != request.status { place &+= 1 }
    if place < firstNumbers.count { firstCounts[place] &+= 1 } else { countRare(request.status) }
    time(request)
  }

  /// Counts a request's duration alone, when it has one.
  @inline(__always) mutating func time(_ request: CountedRequest) {
    guard let seconds = request.seconds else { return }
    buckets[request.bucket] &+= 1
    sum += seconds
  }

  /// The place of the first bound that is not below `seconds`, which are not negative. All bounds are compared, without a
  /// branch: a duration is nothing that a processor could guess. Doubles of one sign are ordered as their bits are.
  @inline(__always) static func bucket(of seconds: Double) -> Int {
    let bits = Int64(bitPattern: (seconds + 0).bitPattern)
    var below: Int64 = 0
    for place in bounds.indices { below &-= (Int64(bitPattern: bounds[place].bitPattern) &- bits) >> 63 }
    return Int(below)
  }

  /// Makes the series of a status that has not come yet.
  mutating func open(status: UInt16) {
    if place(of: status) == nil { add(status) }
  }

  /// The place of a status among all, which are as many as have come; one that is new is there from now on.
  mutating func slot(of status: UInt16) -> Int {
    if let place = place(of: status) { return place }
    // 0 stands for `other`.
    let kept = statusCount < Limits.logStatusesPerRoute ? status : 0
    if let place = place(of: kept) { return place }
    add(kept)
    return statusCount - 1
  }

  private func place(of status: UInt16) -> Int? {
    if let place = firstNumbers.indices.first(where: { firstNumbers[$0] == status }) { return place }
    return moreNumbers.firstIndex(of: status).map { firstNumbers.count + $0 }
  }

  /// The requests of each status.
  var counts: [UInt64] { (0..<statusCount).map { status($0).count } }
  /// How many have a duration.
  var timed: UInt64 { buckets.indices.reduce(0) { $0 &+ buckets[$1] } }

  /// Counts a status that is new, or not among the first.
  @inline(never) private mutating func countRare(_ status: UInt16) {
    let slot = slot(of: status)
    if slot < firstNumbers.count { firstCounts[slot] &+= 1 } else { moreCounts[slot - firstNumbers.count] &+= 1 }
  }

  /// Makes room for a status, which nothing counts yet.
  private mutating func add(_ status: UInt16) {
    if statusCount < firstNumbers.count {
      firstNumbers[statusCount] = status
    } else {
      moreNumbers.append(status)
      moreCounts.append(0)
    }
    statusCount += 1
  }

  /// The durations; nil when no request had one.
  var durations: HistogramSnapshot? { durations([]) }

  /// The durations, with an example of each bucket or none.
  func durations(_ examples: [Exemplar?]) -> HistogramSnapshot? {
    let counts = buckets.indices.map { buckets[$0] }
    if !counts.contains(where: { $0 > 0 }) { return nil }
    return HistogramSnapshot(
      upperBounds: Self.bounds.indices.map { Self.bounds[$0] }, counts: counts, sum: sum, exemplars: examples)
  }
}
