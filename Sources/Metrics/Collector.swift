// The one protocol that every source of samples implements: a registry's own instruments, the process collector, an
// agent's inputs, a service's callbacks.
// SPDX-License-Identifier: Apache-2.0

/// A source of samples that are read when somebody collects.
///
/// What could not be read is left out: an absent sample is true, a zero would not be.
public protocol Collector {
  /// Writes all families and samples of this moment into `sink`, in a fixed order.
  func collect(into sink: any SampleSink)
}
