// An input that is read on helper threads, whole: what a ``HelperSource`` finds is served until its next reading. One that
// does not come back in time leaves its series absent.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The input of a ``HelperSource``.
final class HelperInput: Input {
  let isCheap = false
  var name: String { source.name }
  var interval: Double { max(sourceInterval, reading.restSeconds) }
  private(set) var malformedLines: UInt64 = 0
  private(set) var samplesLeftOut: UInt64 = 0

  private let source: any HelperSource
  /// The source's, which is asked for at every scrape and never changes.
  private let sourceInterval: Double
  private let log: any EventLog
  private let reading: HelperReading<HelperReport>
  private var groups: [HelperReport.Group] = []
  private var known: [LabelSet: LabelSet] = [:]
  /// What was said of the files of the last reading.
  private var faults: Set<String> = []

  init(_ source: some HelperSource, work: any BlockingWork, turns: ReadingTurns, log: any EventLog) {
    self.source = source
    sourceInterval = source.interval
    self.log = log
    reading = HelperReading("input \(source.name)", work: work, turns: turns, log: log) {
      var reader = HelperReader()
      source.read(&reader)
      return reader.report
    }
  }

  func sample(at now: Moment) {
    let places = source.places
    if !places.isEmpty, !places.contains(where: { (try? FileStatus.of($0)) != nil }) { return take(HelperReport()) }
    reading.start { [weak self] in self?.take($0 ?? HelperReport()) }
  }

  private func take(_ fresh: HelperReport) {
    var report = fresh
    report.adopt(&known)
    groups = report.groups
    samplesLeftOut = fresh.leftOut
    malformedLines &+= fresh.malformed
    for fault in fresh.faults where !faults.contains(fault) {
      log.log(.warning, "cannot be used", [("input", name), ("error", fault)])
    }
    faults = Set(fresh.faults)
  }

  func collect(into sink: any SampleSink) { for group in groups { group.write(into: sink) } }
}
