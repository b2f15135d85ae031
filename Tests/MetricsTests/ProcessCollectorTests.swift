// The process collector: its parsers on cut and hostile bytes, and this very process.
// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import VitalsMetrics

@Suite("Process collector")
struct ProcessCollectorTests {
  @Test(
    "Fields are counted from the command's last parenthesis",
    arguments: [
      ("", nil), ("42 no command", nil), ("42 (a)", []), ("42 (a) b) c) S 7\n", ["S", "7"]),
      ("1 (\n) R 2 3", ["R", "2", "3"]),
    ] as [(String, [Substring]?)])
  func stat(_ text: String, _ fields: [Substring]?) {
    #expect(ProcessCollector.statFields(Array(text.utf8)) == fields)
  }

  @Test(
    "Of the fields those that are no numbers, or too large ones, are unknown",
    arguments: [
      ("", nil), ("42 no command", nil), ("42 (a)", []),
      ("1 (a) S -7 18446744073709551616 1x :", [nil, nil, nil, nil, nil]),
      ("1 (b) c) S 18446744073709551615  0\n", [nil, .max, 0]), ("1 (d) 7", [7]),
    ] as [(String, [UInt64?]?)])
  func numbers(_ text: String, _ numbers: [UInt64?]?) {
    #expect(ProcessCollector.numbers(Array(text.utf8)) == numbers)
  }

  @Test("The boot time", arguments: [("", nil), ("btime x\n", nil), ("cpu 1\nbtime 17\n", 17)] as [(String, UInt64?)])
  func boot(_ text: String, _ seconds: UInt64?) {
    #expect(ProcessCollector.bootTime(Array(text.utf8)) == seconds)
  }

  @Test("Where there is no procfs nothing is written")
  func absent() {
    let writer = TextWriter(format: .text)
    ProcessCollector(proc: "/nowhere").collect(into: writer)
    #expect(writer.finish().isEmpty)
  }

  #if os(Linux)
    @Test("This process has all its metrics, none of them zero")
    func own() {
      let writer = TextWriter(format: .text)
      ProcessCollector().collect(into: writer)
      let lines = String(decoding: writer.finish(), as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
      let names = lines.compactMap { $0.split(separator: " ").first }
      #expect(
        names == [
          "process_cpu_seconds_total", "process_open_fds", "process_max_fds", "process_virtual_memory_bytes",
          "process_resident_memory_bytes", "process_start_time_seconds", "process_threads",
        ])
      for line in lines.dropFirst() {
        #expect(line.split(separator: " ").last.flatMap { Double($0) } ?? 0 > 0, "\(line)")
      }
    }
  #endif
}
