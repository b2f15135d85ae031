// The cgroups that a process is in, from /proc/PID/cgroup; see cgroups(7):
//
//     4:memory:/docker/0123
//     3:cpu,cpuacct:/docker/0123
//     1:name=systemd:/docker/0123
//     0::/system.slice/docker.service
//
// A line a tree of version 1 with its controllers, and one with the number 0 for version 2. Paths are those of the reader's
// cgroup namespace and may hold colons.
// SPDX-License-Identifier: Apache-2.0

/// A path for each resource.
struct CgroupPlaces: Hashable {
  /// The path in the tree of version 2.
  private(set) var unified: String?
  /// The paths in the trees of version 1, by ``CgroupResource``.
  private var controllers = [String?](repeating: nil, count: CgroupResource.allCases.count)
  /// All paths, those of trees without a resource included, each once.
  private(set) var all: [String] = []

  /// Reads the file's text; lines that are not whole are left out and counted.
  init(_ bytes: Span<UInt8>, malformed: inout UInt64) {
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      var pieces = Splitter.pieces(line, separator: UInt8(ascii: ":"))
      guard let number = pieces.next(in: bytes), bytes.unsigned(number) != nil, let names = pieces.next(in: bytes),
        !pieces.remainder.isEmpty, bytes[pieces.remainder.lowerBound] == UInt8(ascii: "/")
      else {
        malformed &+= 1
        continue
      }
      add(CgroupPlaces.path(pieces.remainder, bytes), names, bytes)
    }
  }

  private mutating func add(_ path: String, _ names: Range<Int>, _ bytes: Span<UInt8>) {
    if !all.contains(path) { all.append(path) }
    if names.isEmpty { unified = path }
    var list = Splitter.pieces(names, separator: UInt8(ascii: ","))
    while let name = list.next(in: bytes).map({ bytes.string($0) }) {
      if let resource = CgroupResource.allCases.first(where: { $0.controller == name }) {
        controllers[resource.rawValue] = path
      }
    }
  }

  /// A cgroup that was removed while a process in it waits for its parent is said to be ` (deleted)`.
  private static func path(_ range: Range<Int>, _ bytes: Span<UInt8>) -> String {
    let path = bytes.string(range)
    let deleted = " (deleted)"
    return path.hasSuffix(deleted) ? String(path.dropLast(deleted.count)) : path
  }

  /// The path in the tree of version 1 that has a resource.
  subscript(resource: CgroupResource) -> String? { controllers[resource.rawValue] }

  /// Reads a process's file; nil when it may not be read or the process is gone.
  static func read(_ directory: String, into buffer: inout [UInt8], malformed: inout UInt64) -> CgroupPlaces? {
    guard (try? KernelFile.read(directory + "/cgroup", into: &buffer)) != nil else { return nil }
    return CgroupPlaces(buffer.span, malformed: &malformed)
  }
}
