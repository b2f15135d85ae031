// Bounds of what is not looked up again of processes that rest.
// SPDX-License-Identifier: Apache-2.0

extension Limits {
  /// Looks for which one does not ask whether a process has run that did so between all of the last ones, at most.
  static let restPause = 15
  /// Looks of which one goes through a process's descriptors although it has not run.
  static let restLooks = 80
  /// Descriptors that are remembered of processes that rest, all together; those of further ones are looked at each time.
  static let restDescriptors = 20_000
}
