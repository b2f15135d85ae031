// A sink that writes names for scrapers, and so must know which names their registry takes: a legacy registry's
// collector that comes up with another name is dropped and counted, any other's is escaped.
// SPDX-License-Identifier: Apache-2.0

/// A sink that escapes names.
protocol EscapingSink: SampleSink {
  /// The names of the registry whose samples come next.
  var names: AllowedNames { get set }
}
