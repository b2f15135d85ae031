// Every bound of the agent, with its unit in its name and the reason beside it. What goes past one is counted where it
// happens and exported; the README's table of limits is this file for people.
// SPDX-License-Identifier: Apache-2.0

/// The agent's named limits.
enum Limits {
  /// The largest kernel file that is read; /proc/interrupts of a 1,024-core machine stays below it.
  static let kernelFileBytes = 8 << 20
  /// Label sets of services that an input remembers; with more of them at once they are made anew each time.
  static let serviceKeys = 256
  /// Things that an input says once, each of another service, before it says no more of the kind: where services come and
  /// go under ever new names the log would have no end.
  static let saidThings = 256
  /// The room that is kept for a kernel file to grow into between two readings, in bytes.
  static let kernelFileRoom = 512
}
