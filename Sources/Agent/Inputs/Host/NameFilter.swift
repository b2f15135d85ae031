// Which devices or mounts a person wants, as one list on the command line:
//
//     --networks 'eth*,wlan0'    these and no others
//     --networks '-veth*,-br-*'  what is taken without the option, less these
//     --networks '*,-lo'         all but this, also what is left out without the option
//
// Names to take stand in the place of the input's own rule; names with a minus leave out, whatever else matches and in
// whatever order. Globs instead of node_exporter's pairs of regular expressions: what people write there are `^(a|b.+)$`.
// A comma or a leading minus in a name is written `?`.
// SPDX-License-Identifier: Apache-2.0

/// A list of globs over names. The standard one takes what the input takes by itself.
struct NameFilter: Equatable, Sendable {
  private let taken: [String]
  private let leftOut: [String]

  /// Takes what the input takes by itself.
  static let standard = NameFilter(taken: [], leftOut: [])

  private init(taken: [String], leftOut: [String]) {
    self.taken = taken
    self.leftOut = leftOut
  }

  /// Parses a list; what is wrong with it is said with the option's name.
  init(_ list: String, option: String) throws(UsageError) {
    func fault(_ text: String) -> UsageError { UsageError(message: "--\(option) \(list): \(text)") }
    if list.utf8.count > Limits.nameFilterBytes {
      throw UsageError(message: "--\(option): the list has more than \(Limits.nameFilterBytes) bytes")
    }
    let globs = list.split(separator: ",", omittingEmptySubsequences: false)
    if globs.count > Limits.nameFilterGlobs { throw fault("has more than \(Limits.nameFilterGlobs) names") }
    for glob in globs where glob.isEmpty || glob == "-" {
      throw fault("a name is empty; the list is GLOB,-GLOB,... without blanks")
    }
    for glob in globs where glob.first == " " || glob.last == " " || glob.hasPrefix("- ") {
      throw fault("'\(glob)' begins or ends with a blank; write '?' where a name has one")
    }
    taken = globs.filter { !$0.hasPrefix("-") }.map { String($0) }
    leftOut = globs.filter { $0.hasPrefix("-") }.map { String($0.dropFirst()) }
  }

  /// Whether to take a name; `isStandard` says whether the input takes it by itself. Costs some microseconds a glob, so
  /// an input asks once for each name and remembers.
  func takes(_ name: String, isStandard: Bool = true) -> Bool {
    if leftOut.contains(where: { Glob.matches($0, name) }) { return false }
    return taken.isEmpty ? isStandard : taken.contains { Glob.matches($0, name) }
  }
}
