// What a gauge's value means when several processes have one each. The names are those of Python's prometheus_client,
// because they are part of its files' names.
// SPDX-License-Identifier: Apache-2.0

/// How the gauges of several processes become one, as `multiprocess_mode` of Python's prometheus_client.
public enum GaugeMode: String, Sendable, Hashable, CaseIterable {
  /// One series a process, with the label `pid`; those of ended processes stay.
  case all
  /// One series a running process, with the label `pid`.
  case liveall
  /// The least value of all processes that ever were.
  case min
  /// The least value of the running processes.
  case livemin
  /// The greatest value of all processes that ever were.
  case max
  /// The greatest value of the running processes.
  case livemax
  /// The sum over all processes that ever were.
  case sum
  /// The sum over the running processes.
  case livesum
  /// The value that was set last.
  case mostrecent
  /// The value that a running process set last.
  case livemostrecent

  /// True when only running processes count.
  var isLive: Bool {
    switch self {
    case .liveall, .livemin, .livemax, .livesum, .livemostrecent: true
    case .all, .min, .max, .sum, .mostrecent: false
    }
  }

  /// True when each process keeps a series of its own.
  var isPerProcess: Bool { self == .all || self == .liveall }

  /// True when the time of the last `set` decides.
  var isMostRecent: Bool { self == .mostrecent || self == .livemostrecent }
}
