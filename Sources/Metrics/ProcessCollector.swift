// The standard process_* metrics of the own process, read from /proc at each collection. Reading and parsing are apart:
// the parsers take bytes. What cannot be read is absent.
//
//     /proc/self/stat    4242 (a (b) c) S 1 4242 4242 0 -1 4194560 12 0 0 0 150 50 0 0 20 0 7 0 1000 104857600 2560 …
//     /proc/stat         btime 1700000000
// SPDX-License-Identifier: Apache-2.0

/// CPU, memory, descriptors, threads and start time of the own process. Thread-safe; a collection reads a small file and
/// counts a directory's entries. Writes nothing where there is no /proc. Source: proc(5).
public struct ProcessCollector: Collector, Sendable {
  private static let cpu = MetricFamily(
    "process_cpu_seconds_total", .counter, help: "User and system CPU time spent.", unit: "seconds")
  private static let openFiles = MetricFamily("process_open_fds", .gauge, help: "Open file descriptors.")
  private static let maxFiles = MetricFamily("process_max_fds", .gauge, help: "Most descriptors that may be open.")
  private static let virtual = MetricFamily(
    "process_virtual_memory_bytes", .gauge, help: "Size of the address space.", unit: "bytes")
  private static let resident = MetricFamily(
    "process_resident_memory_bytes", .gauge, help: "Memory that is in RAM.", unit: "bytes")
  private static let start = MetricFamily(
    "process_start_time_seconds", .gauge, help: "Start of the process since the Unix epoch.", unit: "seconds")
  private static let threads = MetricFamily("process_threads", .gauge, help: "Threads of the process.")

  /// What it may write.
  package static let families = [cpu, openFiles, maxFiles, virtual, resident, start, threads]

  private let proc: String
  /// When the machine was booted, read once: the file that says it is long, and the kernel makes all of it.
  private let boot: UInt64?

  /// Reads the own process; `proc` is where procfs is mounted.
  public init(proc: String = "/proc") {
    self.proc = proc
    boot = OwnProcess.read(proc + "/stat", limit: MetricsLimits.kernelFileBytes).flatMap { Self.bootTime($0) }
  }

  /// Writes what can be read.
  public func collect(into sink: any SampleSink) {
    collect(stat: OwnProcess.read(proc + "/self/stat", limit: MetricsLimits.kernelFileBytes), into: sink)
  }

  /// Writes what can be read beside /proc/self/stat, which the caller has read: who never forks can keep it open.
  package func collect(stat bytes: [UInt8]?, into sink: any SampleSink) {
    let stat = bytes.flatMap { Self.numbers($0) } ?? []
    let ticks = OwnProcess.ticksPerSecond
    if let user = field(stat, 14), let system = field(stat, 15), let ticks {
      put(Self.cpu, .double((Double(user) + Double(system)) / ticks), into: sink)
    }
    // A listing holds the descriptor that lists.
    if let open = OwnProcess.descriptorCount(proc + "/self/fd")
      ?? OwnProcess.entryCount(proc + "/self/fd").map({ $0 - 1 }), open >= 0
    {
      put(Self.openFiles, .integer(Int64(open)), into: sink)
    }
    if !stat.isEmpty, let most = OwnProcess.descriptorLimit { put(Self.maxFiles, .unsigned(most), into: sink) }
    if let bytes = field(stat, 23) { put(Self.virtual, .unsigned(bytes), into: sink) }
    if let pages = field(stat, 24), let pageBytes = OwnProcess.pageBytes {
      put(Self.resident, .unsigned(pages &* pageBytes), into: sink)
    }
    if let started = field(stat, 22), let ticks, let boot {
      put(Self.start, .double(Double(boot) + Double(started) / ticks), into: sink)
    }
    if let threads = field(stat, 20) { put(Self.threads, .unsigned(threads), into: sink) }
  }

  /// The fields of /proc/PID/stat from the third on. The command stands in parentheses and may hold any byte, so the
  /// fields are counted from its last closing one.
  package static func statFields(_ stat: [UInt8]) -> [Substring]? {
    guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let text = String(decoding: stat[(end + 1)...], as: UTF8.self)
    return text.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }.map { Substring($0) }
  }

  /// The same fields where they are whole numbers, without a text of each.
  static func numbers(_ stat: [UInt8]) -> [UInt64?]? {
    guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    var numbers: [UInt64?] = []
    numbers.reserveCapacity(64)
    var (number, isNumber, isBegun): (UInt64, Bool, Bool) = (0, true, false)
    for byte in stat[(end + 1)...] {
      if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") {
        if isBegun { numbers.append(isNumber ? number : nil) }
        (number, isNumber, isBegun) = (0, true, false)
      } else {
        let (ten, overflow) = number.multipliedReportingOverflow(by: 10)
        let (sum, carry) = ten.addingReportingOverflow(UInt64(byte &- UInt8(ascii: "0")))
        isNumber = isNumber && 48...57 ~= byte && !overflow && !carry
        (number, isBegun) = (sum, true)
      }
    }
    if isBegun { numbers.append(isNumber ? number : nil) }
    return numbers
  }

  /// Seconds from the Unix epoch to the boot of the machine, of /proc/stat's line "btime".
  package static func bootTime(_ stat: [UInt8]) -> UInt64? {
    for line in stat.split(separator: UInt8(ascii: "\n")) where line.starts(with: "btime ".utf8) {
      return UInt64(String(decoding: line.dropFirst(6), as: UTF8.self))
    }
    return nil
  }

  /// A field by its number in proc(5), which counts from 1; the first of `fields` is number 3.
  private func field(_ fields: [UInt64?], _ number: Int) -> UInt64? {
    fields.indices.contains(number - 3) ? fields[number - 3] : nil
  }

  private func put(_ family: MetricFamily, _ value: MetricValue, into sink: any SampleSink) {
    sink.family(family)
    sink.sample(.empty, value)
  }
}
