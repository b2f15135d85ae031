// The series of processes: one family after the other, each with all processes, as the formats want them.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// One process as its series show it.
struct ProcessRow {
  let stat: ProcessStat
  /// Nil when only its stat was read.
  let figures: ProcessFigures?
  let labels: ProcessLabels

  /// Writes all families; an absent figure has no sample.
  /// Ticks since boot become a time by `bootSeconds`, when the machine started in seconds since 1970.
  static func write(_ rows: [ProcessRow], bootSeconds: Double, into sink: any SampleSink) {
    sink.family(family("cpu_seconds_total", .counter, "CPU time of a process, its threads included.", "seconds"))
    for row in rows {
      sink.sample(row.labels.user, Double(row.stat.userTicks) / Limits.userHertz)
      sink.sample(row.labels.system, Double(row.stat.systemTicks) / Limits.userHertz)
    }
    let page = UInt64(PageSize.bytes)
    gauge("resident_memory_bytes", "Resident memory of a process.", rows, sink, "bytes") {
      $0.stat.residentPages &* page
    }
    gauge("virtual_memory_bytes", "Virtual memory of a process.", rows, sink, "bytes") { $0.stat.virtualBytes }
    gauge("threads", "Threads of a process.", rows, sink, nil) { $0.stat.threads }
    gauge("open_fds", "Open file descriptors of a process.", rows, sink, nil) { $0.figures?.openDescriptors }
    let start = family("start_time_seconds", .gauge, "When a process started, in unixtime.", "seconds")
    sink.family(start)
    for row in rows {
      sink.sample(row.labels.plain, bootSeconds + Double(row.stat.startTicks) / Limits.userHertz)
    }
    counter("io_read_bytes_total", "Bytes that a process had read from storage.", rows, sink) { $0.readBytes }
    counter("io_written_bytes_total", "Bytes that a process had written to storage.", rows, sink) { $0.writtenBytes }
    let switches = "Context switches of a process's main thread."
    sink.family(family("context_switches_total", .counter, switches, nil))
    for row in rows {
      if let count = row.figures?.voluntarySwitches { sink.sample(row.labels.voluntary, .unsigned(count)) }
      if let count = row.figures?.involuntarySwitches { sink.sample(row.labels.involuntary, .unsigned(count)) }
    }
  }

  private static func family(_ name: String, _ type: MetricType, _ help: String, _ unit: String?) -> MetricFamily {
    MetricFamily("vitals_process_" + name, type, help: help, unit: unit)
  }

  private static func gauge(
    _ name: String, _ help: String, _ rows: [ProcessRow], _ sink: any SampleSink, _ unit: String?,
    _ value: (ProcessRow) -> UInt64?
  ) {
    sink.family(family(name, .gauge, help, unit))
    for row in rows { if let value = value(row) { sink.sample(row.labels.plain, .unsigned(value)) } }
  }

  private static func counter(
    _ name: String, _ help: String, _ rows: [ProcessRow], _ sink: any SampleSink,
    _ value: (ProcessFigures) -> UInt64?
  ) {
    sink.family(family(name, .counter, help, "bytes"))
    for row in rows {
      if let value = row.figures.flatMap(value) { sink.sample(row.labels.plain, .unsigned(value)) }
    }
  }
}
