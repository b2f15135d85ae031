// The series that the keys of all files name. Keys that differ in bytes and mean the same sample, as after a change of
// the help text, share a slot here.
// SPDX-License-Identifier: Apache-2.0

/// Families, series and slots.
struct ValueSeriesTable: Sendable {
  /// A family and its series.
  struct Group: Sendable {
    let family: MetricFamily
    let kind: ValueFileKind
    var series: [Int32] = []
  }

  private struct Name: Sendable, Hashable {
    let name: String
    let kind: ValueFileKind
  }

  private struct Place: Sendable, Hashable {
    let group: Int32
    let labels: LabelSet
  }

  private(set) var groups: [Group] = []
  private(set) var series: [ValueSeries] = []
  /// The series of each slot.
  private(set) var owners: [Int32] = []
  private var groupPlaces: [Name: Int32] = [:]
  private var seriesPlaces: [Place: Int32] = [:]
  /// The groups in the order that they are written in.
  private(set) var order: [Int32] = []

  /// How many slots there are.
  var slotCount: Int { owners.count }

  /// The meaning of a key in a file of this kind.
  mutating func meaning(_ key: ValueKey, _ kind: ValueFileKind) -> ValueKeyTable.Meaning {
    guard let (name, role, isBucket) = Self.part(key, kind), NameRules.isMetricName(name) else { return .skipped(.key) }
    var labels = key.labels
    var bound: Double?
    if isBucket {
      guard let place = labels.firstIndex(where: { $0.name == "le" }), let parsed = Self.bound(labels[place].value)
      else { return .skipped(.key) }
      bound = parsed
      labels.remove(at: place)
    }
    // As prometheus_client does, whose own label takes the place of one that the service gave.
    if let mode = kind.mode, !mode.isPerProcess { labels.removeAll { $0.name == "pid" } }
    let set = LabelSet(labels)
    if !set.areNamesLegal || (kind == .histogram && set["le"] != nil) { return .skipped(.key) }
    let group = group(name, kind, help: key.help)
    guard let slot = slot(series(set, in: group), role, bound) else { return .skipped(.limit) }
    return .slot(slot, role)
  }

  /// Brings the series of each group, and the groups, into the order that they are written in.
  mutating func sort() {
    if order.count != groups.count {
      order = groups.indices.map { Int32(truncatingIfNeeded: $0) }
      order.sort {
        let (left, right) = (groups[Int($0)], groups[Int($1)])
        return left.family.name == right.family.name
          ? left.kind.place < right.kind.place : left.family.name < right.family.name
      }
    }
    for place in groups.indices where !isSorted[place] {
      groups[place].series.sort {
        series[Int($0)].labels.text.lexicographicallyPrecedes(series[Int($1)].labels.text)
      }
      isSorted[place] = true
    }
  }

  private var isSorted: [Bool] = []

  /// The family's name, what part of a series the sample is, and whether it is a bucket.
  private static func part(_ key: ValueKey, _ kind: ValueFileKind) -> (String, ValueRole, isBucket: Bool)? {
    let metric = key.metric
    switch kind {
    case .counter:
      return key.sample == metric || key.sample == metric + "_total" ? (key.sample, .total, false) : nil
    case .gauge:
      return key.sample == metric ? (metric, .gauge, false) : nil
    case .histogram, .summary:
      if key.sample == metric + "_sum" { return (metric, .sum, false) }
      if kind == .histogram { return key.sample == metric + "_bucket" ? (metric, .count, true) : nil }
      return key.sample == metric + "_count" ? (metric, .count, false) : nil
    }
  }

  /// A bound as `le` has it; nil for what is no number or has no place among bounds.
  private static func bound(_ text: String) -> Double? {
    if text == "+Inf" { return .infinity }
    guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let bound = Double(text), bound.isFinite
    else { return nil }
    // One zero: the text of the other would be a second series of the same bound.
    return bound == 0 ? 0 : bound
  }

  private mutating func group(_ name: String, _ kind: ValueFileKind, help: String) -> Int32 {
    if let known = groupPlaces[Name(name: name, kind: kind)] { return known }
    let place = Int32(truncatingIfNeeded: groups.count)
    groups.append(Group(family: MetricFamily(name, kind.type, help: help, isShared: true), kind: kind))
    isSorted.append(true)
    groupPlaces[Name(name: name, kind: kind)] = place
    return place
  }

  private mutating func series(_ labels: LabelSet, in group: Int32) -> Int32 {
    if let known = seriesPlaces[Place(group: group, labels: labels)] { return known }
    let place = Int32(truncatingIfNeeded: series.count)
    series.append(ValueSeries(labels: labels))
    groups[Int(group)].series.append(place)
    isSorted[Int(group)] = false
    seriesPlaces[Place(group: group, labels: labels)] = place
    return place
  }

  /// The slot of a part; nil for a bucket past the limit.
  private mutating func slot(_ owner: Int32, _ role: ValueRole, _ bound: Double?) -> Int32? {
    let new = Int32(truncatingIfNeeded: owners.count)
    let place = Int(owner)
    if let bound {
      let index = series[place].buckets.firstIndex { $0.bound >= bound } ?? series[place].buckets.count
      if index < series[place].buckets.count, series[place].buckets[index].bound == bound {
        return series[place].buckets[index].slot
      }
      if series[place].buckets.count > MetricsLimits.bucketBounds { return nil }
      series[place].buckets.insert((bound, new), at: index)
    } else if role == .sum {
      if let known = series[place].sum { return known }
      series[place].sum = new
    } else {
      if let known = series[place].value { return known }
      series[place].value = new
    }
    owners.append(owner)
    return new
  }
}
