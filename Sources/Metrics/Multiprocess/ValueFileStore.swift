// All value files of this process: which entry each series has, and the way of one collection into them. Keys are made
// once a series; after that a series is found by its label set's stored hash.
// SPDX-License-Identifier: Apache-2.0

/// The files of one process in one directory.
struct ValueFileStore: Sendable {
  private struct Places: Sendable {
    var bounds: [Double] = []
    var places: [Int] = []
    var keys: [[UInt8]] = []
  }

  private let path: String
  private let modes: [String: GaugeMode]
  private let defaultMode: GaugeMode
  private let buffer = ReadBuffer()
  private var pid: Int32
  private var files: [ValueFileKind: OwnValueFile] = [:]
  private var places: [MetricFamily: [LabelSet: Places]] = [:]
  private var applied: UInt64 = 0
  /// Series that are in no file, because one is as long as the limit lets it be.
  private(set) var unwritten: UInt64 = 0

  init(path: String, modes: [String: GaugeMode], defaultMode: GaugeMode, pid: Int32) {
    self.path = path
    self.modes = modes
    self.defaultMode = defaultMode
    self.pid = pid
  }

  /// Writes one collection, unless a later one is written already. `ticket` was drawn before collecting.
  mutating func write(
    _ recorder: ValueFileRecorder, ticket: UInt64, pid: Int32, now: Double
  ) throws(ValueFileError) {
    if ticket <= applied { return }
    applied = ticket
    if pid != self.pid { fork(to: pid) }
    guard let directory = FileDirectory(path) else { throw .directory(path, code: FileDirectory.error) }
    unwritten = 0
    // One file that cannot be written keeps no other back; of several errors the first is told.
    var codes: [ValueFileKind: Int32] = [:]
    for (family, samples) in recorder.families {
      let kind = kind(family)
      if codes[kind] == nil { codes[kind] = open(kind, directory) }
      if codes[kind] == 0 { for sample in samples { set(sample, family, kind, now) } }
    }
    for kind in ValueFileKind.all where files[kind] != nil {
      var code = codes[kind] ?? open(kind, directory)
      if code == 0 { code = files[kind]?.write() ?? 0 }
      codes[kind] = code
    }
    for kind in ValueFileKind.all {
      if let code = codes[kind], code != 0 { throw .write(fileName(kind), code: code) }
    }
  }

  private func fileName(_ kind: ValueFileKind) -> String {
    "\(path)/\(ValueFileName(kind: kind, writer: String(pid)).text)"
  }

  private func kind(_ family: MetricFamily) -> ValueFileKind {
    switch family.type {
    case .counter: .counter
    case .histogram: .histogram
    case .summary: .summary
    case .gauge, .info, .stateSet, .unknown: .gauge(modes[family.name] ?? defaultMode)
    }
  }

  private mutating func open(_ kind: ValueFileKind, _ directory: borrowing FileDirectory) -> Int32 {
    let name = ValueFileName(kind: kind, writer: String(pid))
    return files[kind, default: OwnValueFile(name)].open(in: directory, buffer)
  }

  /// A child goes on in files of its own, from the values of the parent's last writing.
  private mutating func fork(to pid: Int32) {
    var known: [ValueFileKind: [(key: [UInt8], place: Int)]] = [:]
    for (family, series) in places {
      for entries in series.values {
        known[kind(family), default: []] += zip(entries.keys, entries.places).map { ($0, $1) }
      }
    }
    self.pid = pid
    files = Dictionary(
      uniqueKeysWithValues: files.map { kind, file in
        let name = ValueFileName(kind: kind, writer: String(pid))
        return (kind, OwnValueFile(name, childOf: file, places: known[kind] ?? []))
      })
    places = [:]
  }

  private mutating func set(
    _ sample: ValueFileRecorder.Sample, _ family: MetricFamily, _ kind: ValueFileKind, _ now: Double
  ) {
    switch (sample, kind) {
    case (.single(let labels, let value), .counter), (.single(let labels, let value), .gauge):
      set([value], bounds: [], labels, family, kind, now)
    case (.compound(let labels, let snapshot), .summary):
      set([snapshot.sum, Double(snapshot.count)], bounds: [], labels, family, kind, now)
    case (.compound(let labels, let snapshot), .histogram):
      set([snapshot.sum] + snapshot.counts.map { Double($0) }, bounds: snapshot.upperBounds, labels, family, kind, now)
    default: unwritten &+= 1
    }
  }

  private mutating func set(
    _ values: [Double], bounds: [Double], _ labels: LabelSet, _ family: MetricFamily, _ kind: ValueFileKind,
    _ now: Double
  ) {
    var entries = places[family, default: [:]][labels, default: Places()]
    if entries.places.isEmpty || entries.bounds != bounds {
      let keys = ValueFileStore.keys(family, labels, kind, bounds)
      entries = Places(bounds: bounds, places: keys.compactMap { files[kind]?.place($0) }, keys: keys)
      if entries.places.count == values.count { places[family, default: [:]][labels] = entries }
    }
    if entries.places.count != values.count { return unwritten &+= 1 }
    for (place, value) in zip(entries.places, values) { files[kind]?.set(value, at: place, now: now) }
  }

  /// The keys of one series, in the order of prometheus_client.
  private static func keys(
    _ family: MetricFamily, _ labels: LabelSet, _ kind: ValueFileKind, _ bounds: [Double]
  ) -> [[UInt8]] {
    let name = family.name
    func key(_ metric: String, _ sample: String, _ more: [(name: String, value: String)] = []) -> [UInt8] {
      ValueKeyText.bytes(ValueKey(metric: metric, sample: sample, labels: labels.pairs + more, help: family.help))
    }
    switch kind {
    case .counter: return [key(NameRules.metadataName(family), name)]
    case .gauge: return [key(name, name)]
    case .summary: return [key(name, name + "_sum"), key(name, name + "_count")]
    case .histogram:
      return [key(name, name + "_sum")]
        + (bounds + [.infinity]).map { bound in
          var text = TextBuffer()
          text.append(bound, .point)
          return key(name, name + "_bucket", [("le", String(decoding: text.bytes, as: UTF8.self))])
        }
    }
  }
}
