// A part of the machine that is read whole on a helper thread every some seconds: its drivers may talk to slow hardware, or
// its files lie on disks and mounts that may not answer. Such parts change seldom; ten seconds of age cost no dashboard
// anything, and a second of waiting in the loop would.
// SPDX-License-Identifier: Apache-2.0

/// What a ``HelperInput`` reads.
protocol HelperSource: Sendable {
  /// The input's name.
  var name: String { get }
  /// Seconds between two readings.
  var interval: Double { get }
  /// Where it is, in the kernel's trees: without any of these no helper is asked. Empty: it is always asked.
  var places: [String] { get }
  /// Reads all of it; on a helper thread.
  func read(_ reader: inout HelperReader)
}

extension HelperSource {
  var interval: Double { Limits.helperSourceSeconds }
  var places: [String] { [] }
}
