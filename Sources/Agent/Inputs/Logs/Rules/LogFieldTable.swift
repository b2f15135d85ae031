// Numbers the fields that rules ask for, so that each line is searched once for all of them and a rule finds its values
// by number.
// SPDX-License-Identifier: Apache-2.0

/// The fields that are wanted of each line, as paths; see ``JSONPath`` for how they are written.
struct LogFieldTable {
  /// In the order of their numbers.
  private(set) var paths: [String] = []

  /// The number of a path, checked.
  mutating func number(_ path: String) throws(JSONPathError) -> Int {
    if let known = paths.firstIndex(of: path) { return known }
    if paths.count >= Limits.logFields { throw .many }
    _ = try JSONPath.ways(path)
    paths.append(path)
    return paths.count - 1
  }
}
