// A value of a configuration file with its place, so that a mistake in what it means can be shown where it stands.
// SPDX-License-Identifier: Apache-2.0

/// A value and where it begins.
struct ConfigNode {
  /// What it is.
  indirect enum Value {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case list([ConfigNode])
    case object([ConfigMember])
  }

  let offset: Int
  let value: Value

  /// What it is, for messages.
  var kind: String {
    switch value {
    case .null: "null"
    case .boolean: "true or false"
    case .number: "a number"
    case .text: "a text"
    case .list: "a list"
    case .object: "an object"
    }
  }

  /// A mistake in it.
  func fault(_ message: String) -> ConfigFault { ConfigFault(offset: offset, message: message) }
}

/// A key and its value.
struct ConfigMember {
  let key: String
  /// Where the key begins.
  let offset: Int
  let value: ConfigNode
}
