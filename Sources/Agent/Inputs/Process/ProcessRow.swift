// The series of processes: one family after the other, each with all processes, as the formats want them.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// One process as its series show it. Not a value, which would be copied for each family.
final class ProcessRow {
  let stat: ProcessStat
  /// Nil when only its stat was read.
  let figures: ProcessFigures?
  let labels: ProcessLabels
  /// Nil where the kernel does not count it.
  let blockedTicks: UInt64?

  init(stat: ProcessStat, figures: ProcessFigures?, labels: ProcessLabels, blockedTicks: UInt64?) {
    self.stat = stat
    self.figures = figures
    self.labels = labels
    self.blockedTicks = blockedTicks
  }

  private static let seconds = family(
    "cpu_seconds_total", .counter, "CPU time of a process, its threads included.", "seconds")
  private static let resident = family("resident_memory_bytes", .gauge, "Resident memory of a process.", "bytes")
  private static let virtual = family("virtual_memory_bytes", .gauge, "Virtual memory of a process.", "bytes")
  private static let threads = family("threads", .gauge, "Threads of a process.")
  private static let descriptors = family("open_fds", .gauge, "Open file descriptors of a process.")
  private static let mostDescriptors = family(
    "max_fds", .gauge, "How many file descriptors a process may open: its soft limit.")
  private static let swapped = family("swap_bytes", .gauge, "Memory of a process that is in swap.", "bytes")
  private static let oomScore = family(
    "oom_score", .gauge, "How near a process is to being killed when memory runs out; the highest one is.")
  private static let start = family("start_time_seconds", .gauge, "When a process started, in unixtime.", "seconds")
  private static let read = family(
    "io_read_bytes_total", .counter, "Bytes that a process had read from storage.", "bytes")
  private static let written = family(
    "io_written_bytes_total", .counter, "Bytes that a process had written to storage.", "bytes")
  private static let readCalls = family(
    "io_read_operations_total", .counter, "System calls by which a process read, from files of any kind.")
  private static let writeCalls = family(
    "io_write_operations_total", .counter, "System calls by which a process wrote, to files of any kind.")
  private static let blocked = family(
    "block_io_delay_seconds_total", .counter, "Time that a process's main thread waited for storage.", "seconds")
  private static let faults = family(
    "page_faults_total", .counter, "Page faults of a process: minor ones found the page in memory, major ones did not.")
  private static let switches = family(
    "context_switches_total", .counter, "Context switches of a process's main thread.")

  private static func family(_ name: String, _ type: MetricType, _ help: String, _ unit: String? = nil) -> MetricFamily
  {
    MetricFamily("vitals_process_" + name, type, help: help, unit: unit)
  }

  /// Writes all families; an absent figure has no sample.
  /// Ticks since boot become a time by `bootSeconds`, when the machine started in seconds since 1970.
  static func write(_ rows: [ProcessRow], bootSeconds: Double, into sink: any SampleSink) {
    sink.family(seconds)
    for row in rows {
      sink.sample(row.labels.user, Double(row.stat.userTicks) / Limits.userHertz)
      sink.sample(row.labels.system, Double(row.stat.systemTicks) / Limits.userHertz)
    }
    let page = UInt64(PageSize.bytes)
    write(resident, rows, sink) { $0.stat.residentPages &* page }
    write(virtual, rows, sink) { $0.stat.virtualBytes }
    write(threads, rows, sink) { $0.stat.threads }
    write(descriptors, rows, sink) { $0.figures?.openDescriptors }
    write(mostDescriptors, rows, sink) { $0.figures?.mostDescriptors }
    write(swapped, rows, sink) { $0.figures?.swappedBytes }
    write(oomScore, rows, sink) { $0.figures?.oomScore }
    sink.family(start)
    for row in rows {
      sink.sample(row.labels.plain, bootSeconds + Double(row.stat.startTicks) / Limits.userHertz)
    }
    write(read, rows, sink) { $0.figures?.readBytes }
    write(written, rows, sink) { $0.figures?.writtenBytes }
    write(readCalls, rows, sink) { $0.figures?.readCalls }
    write(writeCalls, rows, sink) { $0.figures?.writeCalls }
    sink.family(blocked)
    for row in rows {
      if let ticks = row.blockedTicks { sink.sample(row.labels.plain, Double(ticks) / Limits.userHertz) }
    }
    sink.family(faults)
    for row in rows {
      sink.sample(row.labels.minorFaults, .unsigned(row.stat.minorFaults))
      sink.sample(row.labels.majorFaults, .unsigned(row.stat.majorFaults))
    }
    sink.family(switches)
    for row in rows {
      if let count = row.figures?.voluntarySwitches { sink.sample(row.labels.voluntary, .unsigned(count)) }
      if let count = row.figures?.involuntarySwitches { sink.sample(row.labels.involuntary, .unsigned(count)) }
    }
  }

  private static func write(
    _ family: MetricFamily, _ rows: [ProcessRow], _ sink: any SampleSink, _ value: (ProcessRow) -> UInt64?
  ) {
    sink.family(family)
    for row in rows { if let value = value(row) { sink.sample(row.labels.plain, .unsigned(value)) } }
  }
}
