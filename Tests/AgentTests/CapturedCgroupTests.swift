import Foundation
import Testing

@testable import VitalsAgent

/// Trees of version 2 as `virtual_machine.py --capture` found them under Debian's kernels, when it had run programs into
/// a quota, a limit of memory and swap.
@Suite("Captured cgroups")
struct CapturedCgroupTests {
  @Test("All of a real kernel's files are understood", arguments: ["linux-6.1", "linux-6.12"])
  func captured(kernel: String) throws {
    let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/cgroup-\(kernel).txt")
    let tree = try CgroupTree.unified()
    try tree.cgroup("/system.slice", ["cgroup.events": "populated 1\n"])
    try tree.cgroup("/system.slice/vitals.service", ["cgroup.events": "populated 1\n"])
    var texts: [String: [String: String]] = [:]
    for line in try String(contentsOf: fixture, encoding: .utf8).split(separator: "\n") {
      let parts = try #require(line.wholeMatch(of: /(.+)\/([^\/:]+):(.*)/)).output
      texts[String(parts.1), default: [:]][String(parts.2), default: ""] += parts.3 + "\n"
    }
    try #require(texts.count == 4)
    for (cgroup, files) in texts { try tree.cgroup(cgroup, files) }
    try tree.add("loop", 10, "0::/busy.slice/loop.service")
    try tree.add("eater", 11, "0::/hog.slice/eater.service")
    let input = tree.input()
    let sink = tree.sample(input)
    let lines = sink.lines.filter { !$0.contains("/vitals.service") }
    try Golden.expect(lines.joined(separator: "\n") + "\n", "cgroup-\(kernel).txt")
    #expect(sink.duplicates.isEmpty)
    #expect(input.malformedLines == 0)
    #expect(tree.log.lines.isEmpty)
  }
}
