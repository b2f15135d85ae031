// The two ways to write where a value stands:
//
//     http.request.method     the names, parted by dots: nested objects, or one key that holds the dots, or anything
//                             between, as loggers mix them: {"http": {"request.method": "GET"}}
//     $.items[0]['odd.name']  exact steps: a name is one key, dots and all; a number is a place in an array
//
// SPDX-License-Identifier: Apache-2.0

/// Reads paths of keys.
enum JSONPath {
  /// One step down.
  enum Step: Hashable, Sendable {
    case name([UInt8])
    case index(Int)
  }

  /// All ways down that a path may mean, the flat one first. A dotted name of n parts has 2 to the n-1 of them.
  static func ways(_ path: String) throws(JSONPathError) -> [[Step]] {
    let bytes = Array(path.utf8)
    if bytes.isEmpty || path == "$" { throw .empty }
    if bytes[0] == UInt8(ascii: "$"), bytes[1] == UInt8(ascii: ".") || bytes[1] == UInt8(ascii: "[") {
      return [try exact(bytes)]
    }
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
    // A name with an empty part, such as "level.", is a key as it stands.
    if parts.contains([]) { return [[.name(bytes)]] }
    if parts.count > Limits.jsonPathSteps { throw .long }
    var ways: [[Step]] = []
    for cuts in 0..<(1 << (parts.count - 1)) {
      var names = [parts[0]]
      for (gap, part) in parts.dropFirst().enumerated() {
        if cuts & 1 << gap == 0 {
          names[names.count - 1] += [UInt8(ascii: ".")] + part
        } else {
          names.append(part)
        }
      }
      ways.append(names.map { .name($0) })
    }
    return ways
  }

  private static func exact(_ bytes: [UInt8]) throws(JSONPathError) -> [Step] {
    var steps: [Step] = []
    var at = 1
    while at < bytes.count {
      if steps.count >= Limits.jsonPathSteps { throw .long }
      if bytes[at] == UInt8(ascii: ".") {
        let end = bytes[(at + 1)...].firstIndex { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "[") } ?? bytes.count
        if end == at + 1 { throw .syntax(at: at) }
        steps.append(.name(Array(bytes[(at + 1)..<end])))
        at = end
        continue
      }
      guard bytes[at] == UInt8(ascii: "["), at + 1 < bytes.count else { throw .syntax(at: at) }
      let quote = bytes[at + 1]
      let isName = quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
      let start = isName ? at + 2 : at + 1
      guard let end = bytes[start...].firstIndex(of: isName ? quote : UInt8(ascii: "]")), end > start else {
        throw .syntax(at: at)
      }
      if isName {
        guard end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: "]") else { throw .syntax(at: end) }
        steps.append(.name(Array(bytes[start..<end])))
        at = end + 2
      } else {
        guard let index = bytes.span.unsigned(start..<end), index <= UInt64(Int32.max) else { throw .syntax(at: start) }
        steps.append(.index(Int(index)))
        at = end + 1
      }
    }
    return steps
  }
}
