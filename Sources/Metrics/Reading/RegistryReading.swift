// Reading a registry inside its own process.
// SPDX-License-Identifier: Apache-2.0

extension Registry {
  /// What this registry and its collectors hold now. Thread-safe; costs about as much as an exposition, and the memory
  /// of all values.
  public func snapshot() -> RegistrySnapshot {
    let sink = SnapshotSink()
    collect(into: sink)
    return RegistrySnapshot(families: sink.families)
  }
}
