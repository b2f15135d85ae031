// What a configuration file says: the options of `vitals run` under their own names, and what a command line has no room
// for. An option that stands on the command line replaces the file's.
// SPDX-License-Identifier: Apache-2.0

/// The contents of a configuration file.
struct Configuration {
  /// Values of options, as the command line would give them.
  private(set) var values: [String: [String]] = [:]
  private(set) var rules = LogRules()
  private(set) var knownRoutes: [KnownRoute] = []
  /// All that is wrong with the file; nothing else of it is to be used when there is something.
  private(set) var faults: [ConfigFault] = []

  /// An empty one.
  init() {}

  /// Reads a file's contents; never throws, so that all mistakes are known.
  init(_ bytes: [UInt8]) {
    let root: ConfigNode
    do throws(ConfigFault) {
      root = try ConfigParser.parse(bytes)
    } catch {
      faults = [error]
      return
    }
    let found = ConfigFaults()
    if var object = ConfigObject(root, found, "a configuration") {
      readOptions(&object, found)
      var reader = LogRuleReader(found)
      let rules = object.list("log_rules").map { reader.rules($0) } ?? []
      self.rules = LogRules(rules, reader.fields, found)
      knownRoutes = object.node("paths").map { KnownRouteReader(found).routes($0) } ?? []
      object.refuseOthers()
    }
    faults = found.list
  }

  /// The configuration that the command line names, none when it names none.
  static func load(_ path: String?) throws(UsageError) -> Configuration {
    guard let path else { return Configuration() }
    let file = try ConfigFile(reading: path)
    let configuration = Configuration(file.bytes)
    let lines = file.lines(configuration.faults)
    guard let first = lines.first else { return configuration }
    let more = lines.count == 1 ? "" : " (and \(lines.count - 1) more; 'vitals check --config \(path)' lists them)"
    throw UsageError(message: first + more)
  }

  /// The options of the file, each checked as the command line's are.
  private mutating func readOptions(_ object: inout ConfigObject, _ faults: ConfigFaults) {
    let run = CommandTable.all.first { $0.name == CommandTable.standard }
    for spec in run?.options ?? [] where spec.name != "config" {
      guard let node = object.node(spec.name) else { continue }
      guard let given = Self.values(node, spec, faults) else { continue }
      do throws(UsageError) {
        _ = try RunOptions([spec.name: given])
        values[spec.name] = given
      } catch {
        let prefix = "--\(spec.name) "
        let message = error.message
        faults.add(node.fault(message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message))
      }
    }
  }

  private static func values(_ node: ConfigNode, _ spec: OptionSpec, _ faults: ConfigFaults) -> [String]? {
    switch node.value {
    case .text(let text) where !text.isEmpty: return [text]
    case .list(let list) where spec.repeats:
      var texts: [String] = []
      for element in list {
        guard case .text(let text) = element.value, !text.isEmpty else {
          faults.add(element.fault("an element of '\(spec.name)' must be a text, and is \(element.kind)"))
          return nil
        }
        texts.append(text)
      }
      return texts
    case .boolean(let flag) where spec.argument == nil: return flag ? [] : nil
    default:
      let wanted = spec.argument == nil ? "true or false" : spec.repeats ? "a text or a list of texts" : "a text"
      faults.add(node.fault("'\(spec.name)' must be \(wanted)"))
      return nil
    }
  }
}
