// The agent's settings, checked: whatever is wrong with a command line is found here, before anything is opened.
// SPDX-License-Identifier: Apache-2.0

/// What `vitals run` was told.
struct RunOptions {
  var listen: ListenAddress
  var allowedHosts: [String]
  var logs: [LogSource]
  var logsFromStart: Bool
  var watches: [Watch]
  var paths: KernelPaths

  /// Checks the values of the command line.
  init(_ values: [String: [String]]) throws(UsageError) {
    listen = try ListenAddress.parse(values["listen"]?.first ?? "127.0.0.1:9977")
    allowedHosts = values["allow-host"] ?? []
    logs = []
    for text in values["log"] ?? [] {
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
    watches = []
    for text in values["watch"] ?? [] { watches.append(try Watch.parse(text)) }
    paths = try KernelPaths(values)
  }

  private static func source(_ text: String) throws(UsageError) -> LogSource {
    if let source = LogSource.parse(text) { return source }
    throw UsageError(message: "--log \(text): must be [SERVICE=]PATH, such as api=/var/log/api.json")
  }
}

extension KernelPaths {
  /// The trees named by `--proc` and `--sys`; each must be absolute, so that it means the same everywhere.
  init(_ values: [String: [String]]) throws(UsageError) {
    self.init()
    for (name, path) in [("proc", values["proc"]?.first), ("sys", values["sys"]?.first)] {
      guard let path else { continue }
      guard path.hasPrefix("/") else { throw UsageError(message: "--\(name) \(path): must be an absolute path") }
      if name == "proc" { proc = path } else { sys = path }
    }
  }
}
