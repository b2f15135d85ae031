// The inputs of the machine, in the order in which they are sampled.
// SPDX-License-Identifier: Apache-2.0

/// All host inputs.
enum HostInputs {
  static func all(paths: KernelPaths, log: any EventLog, work: any BlockingWork) -> [any Input] {
    [
      CPUInput(paths: paths, log: log), MemoryInput(paths: paths, log: log), LoadInput(paths: paths, log: log),
      VMStatInput(paths: paths, log: log), DiskInput(paths: paths, log: log), NetworkInput(paths: paths, log: log),
      PressureInput(paths: paths, log: log), FileDescriptorInput(paths: paths, log: log),
      FilesystemInput(paths: paths, log: log, work: work), UnameInput(),
    ]
  }
}
