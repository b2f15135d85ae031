// The inputs of the machine, in the order in which they are sampled.
// SPDX-License-Identifier: Apache-2.0

/// All host inputs.
enum HostInputs {
  static func all(
    paths: KernelPaths, options: HostOptions = HostOptions(), log: any EventLog, work: any BlockingWork
  ) -> [any Input] {
    [
      CPUInput(paths: paths, log: log), MemoryInput(paths: paths, log: log), LoadInput(paths: paths, log: log),
      VMStatInput(paths: paths, log: log), DiskInput(paths: paths, log: log),
      NetworkInput(paths: paths, devices: options.networks, log: log),
      PressureInput(paths: paths, log: log), FileDescriptorInput(paths: paths, log: log),
      FilesystemInput(paths: paths, log: log, work: work), UnameInput(),
    ] + network(paths, options, log, work)
  }

  private static func network(
    _ paths: KernelPaths, _ options: HostOptions, _ log: any EventLog, _ work: any BlockingWork
  ) -> [any Input] {
    let tables: [any TableSource] = [
      ARPTable(paths: paths), BondingTable(paths: paths), FibreChannelTable(paths: paths),
      InfiniBandTable(paths: paths), InterruptTable(paths: paths), IPVSTable(paths: paths),
      NetworkClassTable(paths: paths, devices: options.networks), TCPStateTable(), UDPQueueTable(paths: paths),
    ]
    let texts: [any Input] = [
      ConntrackInput(paths: paths, log: log), ListenQueueInput(log: log), NetstatInput(paths: paths, log: log),
      NFSInput.client(paths: paths, log: log), NFSInput.server(paths: paths, log: log),
      SocketStatInput(paths: paths, log: log), SoftnetInput(paths: paths, log: log),
    ]
    let turns = ReadingTurns()
    return texts + tables.map { TableInput($0, work: work, turns: turns, log: log) }
  }
}
