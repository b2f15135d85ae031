// Takes an object of a configuration file apart: each key is asked for with the kind it must have, what nobody asked
// for is a mistake with a guess at what was meant. All mistakes of a file are collected, so that they are mended in one
// go.
// SPDX-License-Identifier: Apache-2.0

/// The mistakes found so far.
final class ConfigFaults {
  private(set) var list: [ConfigFault] = []

  /// Notes one.
  func add(_ fault: ConfigFault) { list.append(fault) }
}

/// An object whose keys are being asked for.
struct ConfigObject {
  /// Where it stands.
  let offset: Int
  private let faults: ConfigFaults
  private let members: [ConfigMember]
  private var asked: [String] = []

  /// Nil, with a mistake noted, when `node` is no object.
  init?(_ node: ConfigNode, _ faults: ConfigFaults, _ what: String) {
    guard case .object(let members) = node.value else {
      faults.add(node.fault("\(what) must be an object, and is \(node.kind)"))
      return nil
    }
    offset = node.offset
    self.members = members
    self.faults = faults
  }

  /// The value of a key as it stands there.
  mutating func node(_ key: String) -> ConfigNode? {
    asked.append(key)
    return members.first { $0.key == key }?.value
  }

  /// A text.
  mutating func text(_ key: String) -> String? {
    guard let node = node(key) else { return nil }
    if case .text(let text) = node.value { return text }
    faults.add(node.fault("'\(key)' must be a text, and is \(node.kind)"))
    return nil
  }

  /// A finite number.
  mutating func number(_ key: String) -> Double? {
    guard let node = node(key) else { return nil }
    if case .number(let number) = node.value { return number }
    faults.add(node.fault("'\(key)' must be a number, and is \(node.kind)"))
    return nil
  }

  /// A whole number in a range.
  mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
    guard let node = node(key) else { return nil }
    if case .number(let number) = node.value, let whole = Int(exactly: number), range.contains(whole) { return whole }
    faults.add(node.fault("'\(key)' must be a whole number from \(range.lowerBound) to \(range.upperBound)"))
    return nil
  }

  /// True or false.
  mutating func boolean(_ key: String) -> Bool? {
    guard let node = node(key) else { return nil }
    if case .boolean(let flag) = node.value { return flag }
    faults.add(node.fault("'\(key)' must be true or false, and is \(node.kind)"))
    return nil
  }

  /// The elements of a list.
  mutating func list(_ key: String) -> [ConfigNode]? {
    guard let node = node(key) else { return nil }
    if case .list(let list) = node.value { return list }
    faults.add(node.fault("'\(key)' must be a list, and is \(node.kind)"))
    return nil
  }

  /// The members of an object.
  mutating func members(_ key: String) -> [ConfigMember]? {
    guard let node = node(key) else { return nil }
    if case .object(let members) = node.value { return members }
    faults.add(node.fault("'\(key)' must be an object, and is \(node.kind)"))
    return nil
  }

  /// The keys that stand there, in order.
  var keys: [ConfigMember] { members }

  /// Notes a mistake at a key's value; at the object when the key is not there.
  func fault(_ key: String, _ message: String) {
    let place = members.first { $0.key == key }?.value.offset ?? offset
    faults.add(ConfigFault(offset: place, message: message))
  }

  /// Notes every key that nobody asked for.
  func refuseOthers() {
    for member in members where !asked.contains(member.key) {
      let guess = Spelling.nearest(to: member.key, of: asked).map { "; did you mean '\($0)'?" } ?? ""
      faults.add(ConfigFault(offset: member.offset, message: "unknown key '\(member.key)'\(guess)"))
    }
  }
}
