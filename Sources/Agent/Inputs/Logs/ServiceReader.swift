// The counter of a service's lines, which reads its files chunk by chunk. Texts between values that one file's lines have
// are known when another's are read: files of one service mostly come from one logger.
// SPDX-License-Identifier: Apache-2.0

/// Reads for all files of one service, one at a time. Not thread-safe.
final class ServiceReader {
  private var counter: LineCounter<RequestExamples>

  /// Will check lines as `check` says, and hand them to `rules`.
  init(check: LineScanner.Check, rules: consuming RuleReader?) {
    counter = LineCounter(check: check, rules: rules)
  }

  /// Counts all lines of a chunk of the file that `file` is of, which were written at `written` when that is past; see
  /// ``LineCounter``.
  func read(
    _ bytes: Span<UInt8>, of file: inout LineMemory, into counts: ServiceCounts, at now: Moment, written: Moment?,
    errors: inout [RecentError], when moment: (Int) -> Moment
  ) {
    counter.exchange(&file)
    counts.examples.begin(at: written ?? now)
    counter.read(bytes, into: &counts.tally, at: now, written: written, &counts.examples)
    counter.recall(bytes, of: counts.service, to: &errors, at: moment)
    counter.exchange(&file)
  }

  /// Looks at what comes first in a file.
  func look(ahead bytes: Span<UInt8>, of file: inout LineMemory) {
    if !file.form.isFresh { return }
    counter.exchange(&file)
    counter.look(ahead: bytes)
    counter.exchange(&file)
  }

  /// Counts an error line of a file that has waited for its stack trace for long enough.
  func settle(_ file: inout LineMemory, into counts: ServiceCounts, at now: Moment) {
    if file.error == nil { return }
    counter.exchange(&file)
    counter.settle(into: &counts.tally, at: now)
    counter.exchange(&file)
  }
}
