// What every input of the host is made from.
// SPDX-License-Identifier: Apache-2.0

/// The means of the host's inputs.
struct HostContext {
  /// Where the kernel's trees are.
  let paths: KernelPaths
  /// Where to say what cannot be read.
  let log: any EventLog
  /// Helper threads for what may block.
  let work: any BlockingWork
  /// What a person chose.
  let options: HostOptions

  /// Readings on helper threads, one after the other.
  let turns = ReadingTurns()

  /// An input over a source that is read on helper threads.
  func helped(_ source: some HelperSource) -> any Input {
    HelperInput(source, work: work, turns: turns, log: log)
  }

  /// An input over a table that is read on helper threads.
  func table(_ source: some TableSource) -> any Input { TableInput(source, work: work, turns: turns, log: log) }
}
