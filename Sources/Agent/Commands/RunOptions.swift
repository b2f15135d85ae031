// The agent's settings, checked: whatever is wrong with a command line is found here, before anything is opened.
// SPDX-License-Identifier: Apache-2.0

/// What `vitals run` was told.
struct RunOptions {
  var listen: ListenAddress
  var allowedHosts: [String]
  var logs: [LogSource]
  /// Whether the logs that services hold open are followed without being named: when none is named, or when that is asked
  /// for.
  var findsLogs: Bool
  var logsFromStart: Bool
  /// Where to keep how far the logs are counted; nil for nowhere.
  var checkpoint: String?
  var watches: [Watch]
  /// Whether services that listen are watched without being named: when none is named, or when that is asked for.
  var findsServices: Bool
  var paths: KernelPaths
  var host: HostOptions
  var choice: InputChoice
  var rules: LogRules
  var knownRoutes: [KnownRoute]

  /// Checks the values of the command line, and of the configuration that it names; `stateDirectory` is what systemd
  /// says, see systemd.exec(5).
  init(_ typed: [String: [String]], stateDirectory: String? = nil) throws(UsageError) {
    let configuration = try Configuration.load(typed["config"]?.first)
    let values = configuration.values.merging(typed) { _, typed in typed }
    rules = configuration.rules
    knownRoutes = configuration.knownRoutes
    listen = try ListenAddress.parse(values["listen"]?.first ?? "127.0.0.1:9977")
    allowedHosts = values["allow-host"] ?? []
    for host in allowedHosts where !HostCheck.isHost(host) {
      throw UsageError(message: "--allow-host \(host): must be a host's name or address, without a port")
    }
    logs = []
    let named = values["log"] ?? []
    if named.contains("none"), named.count > 1 { throw UsageError(message: "--log none: must be the only one") }
    findsLogs = named.isEmpty || named.contains("auto")
    for text in named where text != "auto" && text != "none" {
      let source = try RunOptions.source(text)
      if logs.contains(where: { $0.plainPath == source.plainPath }) {
        throw UsageError(message: "--log \(text): this file was given before, and its lines would count twice")
      }
      logs.append(source)
    }
    switch values["log-from"]?.first {
    case nil, "end": logsFromStart = false
    case "start": logsFromStart = true
    case let other?: throw UsageError(message: "--log-from \(other): must be 'start' or 'end'")
    }
    let state = stateDirectory?.split(separator: ":").first.map { String($0) + "/checkpoint" }
    checkpoint = values["checkpoint"]?.first ?? state
    if let checkpoint, checkpoint.hasSuffix("/") {
      throw UsageError(message: "--checkpoint \(checkpoint): must be a file's name")
    }
    watches = []
    for text in values["watch"] ?? [] where text != "auto" { watches.append(try Watch.parse(text)) }
    findsServices = watches.isEmpty || values["watch"]?.contains("auto") == true
    paths = try KernelPaths(values)
    host = try HostOptions(values)
    choice = .standard
    if let list = values["collect"]?.first {
      let own = ["groups", "service_sockets", "proportional", "threads", "cgroups"]
      choice = try InputChoice(list, names: HostInputs.table.map(\.name) + own)
    }
  }

  private static func source(_ text: String) throws(UsageError) -> LogSource {
    if let source = LogSource.parse(text) { return source }
    throw UsageError(message: "--log \(text): must be [SERVICE=]PATH, such as api=/var/log/api.json, 'auto' or 'none'")
  }
}

extension KernelPaths {
  /// The trees named by `--proc`, `--sys` and `--root`; each must be absolute, so that it means the same everywhere, and
  /// be there: what cannot be read is absent from the metrics, and with a tree mistyped that would be everything.
  init(_ values: [String: [String]]) throws(UsageError) {
    self.init()
    let named = try KernelPaths.tree("proc", values, KernelPaths.faultOfProcfs)
    // Nearly all comes from the usual one, too.
    if named == nil, let fault = KernelPaths.faultOfProcfs(proc) {
      throw UsageError(message: "\(proc) \(fault); --proc DIR names another")
    }
    proc = named ?? proc
    sys = try KernelPaths.tree("sys", values, KernelPaths.faultOfDirectory) ?? sys
    root = try KernelPaths.tree("root", values, KernelPaths.faultOfDirectory) ?? root
    while root.hasSuffix("/") { root.removeLast() }
  }

  private static func tree(
    _ option: String, _ values: [String: [String]], _ fault: (String) -> String?
  ) throws(UsageError) -> String? {
    guard let path = values[option]?.first else { return nil }
    guard path.hasPrefix("/") else { throw UsageError(message: "--\(option) \(path): must be an absolute path") }
    if let fault = fault(path) { throw UsageError(message: "--\(option) \(path): \(fault)") }
    return path
  }

  private static func faultOfDirectory(_ path: String) -> String? {
    do {
      return try FileStatus.of(path).isDirectory ? nil : "is no directory"
    } catch {
      return error.reason
    }
  }

  /// Every procfs has a `stat` that begins with the processors' time.
  private static func faultOfProcfs(_ path: String) -> String? {
    if let fault = faultOfDirectory(path) { return fault }
    var bytes: [UInt8] = []
    do {
      try FileDescriptor.openForTail(path + "/stat").read(into: &bytes, count: 4)
    } catch {
      return "is no procfs: stat: \(error.reason)"
    }
    return bytes.starts(with: Array("cpu".utf8)) ? nil : "is no procfs: stat is another file"
  }
}
