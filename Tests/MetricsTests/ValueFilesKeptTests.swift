// Files that stay open between collections: what others may do to a file, its name or its descriptor meanwhile.
// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import VitalsMetrics

@Suite("Value files that are kept open")
struct ValueFilesKeptTests {
  private static let a = #"["a", "a_total", {}, "h"]"#
  private static let b = #"["b", "b_total", {}, "h"]"#
  private static let name = "counter_1.db"

  private static func file(_ entries: (String, Double)..., used: Int32? = nil) -> [UInt8] {
    ValueFileRoom.file(entries.map { (key: $0.0, value: $0.1) }, used: used)
  }

  /// Writes over a file where it stands, as its worker does.
  private static func overwrite(_ room: ValueFileRoom, _ bytes: [UInt8]) throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: room.path + "/" + name))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(bytes))
    try handle.close()
  }

  /// Puts another file in its place.
  private static func replace(_ room: ValueFileRoom, _ bytes: [UInt8]) throws {
    try room.put("other", bytes)
    unsafe _ = rename(room.path + "/other", room.path + "/" + name)
  }

  private static let changes: [(String, @Sendable (ValueFileRoom) throws -> Void, [String])] = [
    ("truncated to nothing", { try overwrite($0, []) }, []),
    (
      "truncated in an entry", { try overwrite($0, Array(file((a, 5), (b, 6)).prefix(90))) },
      ["a_total 5", "b_total 2"]
    ),
    ("another length", { try overwrite($0, file((a, 5), (b, 6), used: 9)) }, ["a_total 1", "b_total 2"]),
    ("a negative length", { try overwrite($0, file((a, 5), (b, 6), used: -1)) }, ["a_total 1", "b_total 2"]),
    (
      "a key's bytes", { try overwrite($0, file((a, 5), (#"["c", "c_total", {}, "h"]"#, 6))) },
      ["a_total 5", "c_total 6"]
    ),
    ("a key that is none", { try overwrite($0, file((a, 5), (#"["c", "d_total", {}, "h"]"#, 6))) }, ["a_total 5"]),
    ("a key twice", { try overwrite($0, file((a, 5), (a, 6))) }, ["a_total 5"]),
    ("the order of keys", { try overwrite($0, file((b, 6), (a, 5))) }, ["a_total 5", "b_total 6"]),
    ("a value that is none", { try overwrite($0, file((a, -5), (b, 6))) }, ["a_total 1", "b_total 6"]),
    ("removed", { try $0.remove(name) }, []),
    ("begun anew", { try overwrite($0, file((a, 7))) }, ["a_total 7"]),
    ("replaced", { try replace($0, file((b, 3))) }, ["b_total 3"]),
    (
      "replaced by a link",
      { room in
        try room.put("real", file((b, 3)))
        try room.remove(name)
        unsafe _ = symlink(room.path + "/real", room.path + "/" + name)
      }, ["a_total 1", "b_total 2"]
    ),
    ("counted on", { try overwrite($0, file((a, 5), (b, 6))) }, ["a_total 5", "b_total 6"]),
    (
      "grown", { try overwrite($0, file((a, 5), (b, 6), (#"["c", "c_total", {}, "h"]"#, 7))) },
      ["a_total 5", "b_total 6", "c_total 7"]
    ),
  ]

  @Test("A file that changes under its descriptor gives what its name now has", arguments: 0..<changes.count)
  func change(_ number: Int) throws {
    let (what, change, expected) = Self.changes[number]
    let room = try ValueFileRoom()
    try room.put(Self.name, Self.file((Self.a, 1), (Self.b, 2)))
    let files = ValueFiles(directory: room.path)
    for _ in 0..<2 { #expect(room.lines(files) == ["a_total 1", "b_total 2"]) }
    try change(room)
    for _ in 0..<2 { #expect(room.lines(files) == expected, "\(what)") }
    try? room.remove(Self.name)
    try room.put(Self.name, Self.file((Self.b, 9)))
    for _ in 0..<2 { #expect(room.lines(files) == ["b_total 9"], "\(what), then a new one") }
  }

  @Test("No more files stay open than the process has descriptors for", arguments: [(0, 0), (3, 0), (4, 1), (12, 3)])
  func limit(_ descriptors: Int, _ kept: Int) throws {
    let room = try ValueFileRoom()
    for number in 1...7 { try room.put("counter_\(number).db", Self.file((Self.a, Double(number)))) }
    var reader = ValueFileReader(path: room.path, liveness: .unknown, descriptors: { descriptors })
    for round in 0..<3 {
      reader.update()
      #expect(reader.kept == kept)
      #expect(reader.totals.value(0) == 28, "\(round)")
    }
    for number in 2...7 { try room.remove("counter_\(number).db") }
    reader.update()
    #expect(reader.kept <= 1 && reader.totals.value(0) == 1)
  }

  #if os(Linux)
    @Test("A descriptor that goes to another file behind our back is neither believed nor closed")
    func stolen() throws {
      let room = try ValueFileRoom()
      try room.put(Self.name, Self.file((Self.a, 1)))
      try room.put("foreign", Self.file((Self.b, 99)))
      var stolen: Int32 = -1
      do {
        let files = ValueFiles(directory: room.path)
        #expect(room.lines(files) == ["a_total 1"])
        stolen = try #require(Self.descriptor(of: room.path + "/" + Self.name))
        let foreign = unsafe open(room.path + "/foreign", O_RDONLY)
        #expect(dup2(foreign, stolen) == stolen)
        close(foreign)
        #expect(room.lines(files) == ["a_total 1"])
        #expect(room.skipped(files).isEmpty)
      }
      #expect(Self.descriptor(of: room.path + "/foreign") == stolen)
      close(stolen)
      #expect(Self.descriptor(of: room.path + "/" + Self.name) == nil)
    }

    private static func descriptor(of path: String) -> Int32? {
      let path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
      return names.first { (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path }
        .flatMap { Int32($0) }
    }
  #endif
}
