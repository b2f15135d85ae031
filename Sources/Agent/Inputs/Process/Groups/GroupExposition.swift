// The families of groups under process-exporter's names, one after the other, each with all groups, as the formats want
// them. The series of a group stand in the same order each time.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Writes groups.
enum GroupExposition {
  private static let processes = family("num_procs", .gauge, "Processes of a group.")
  private static let seconds = family("cpu_seconds_total", .counter, "CPU time of a group's processes.", "seconds")
  private static let read = family(
    "read_bytes_total", .counter, "Bytes that a group's processes had read from storage.", "bytes")
  private static let written = family(
    "write_bytes_total", .counter, "Bytes that a group's processes had written to storage.", "bytes")
  private static let major = family(
    "major_page_faults_total", .counter, "Page faults of a group's processes that storage had to serve.")
  private static let minor = family(
    "minor_page_faults_total", .counter, "Page faults of a group's processes that memory could serve.")
  private static let switches = family(
    "context_switches_total", .counter, "Context switches of all threads of a group's processes.")
  private static let memory = family(
    "memory_bytes", .gauge, "Memory of a group's processes; what they share counts for each.", "bytes")
  private static let descriptors = family("open_filedesc", .gauge, "Open file descriptors of a group's processes.")
  private static let ratio = family(
    "worst_fd_ratio", .gauge, "The greatest share that a process of a group has open of the descriptors allowed to it.")
  private static let start = family(
    "oldest_start_time_seconds", .gauge, "When the oldest process of a group started, in unixtime.", "seconds")
  private static let threads = family("num_threads", .gauge, "Threads of a group's processes.")
  private static let states = family(
    "states", .gauge, "A group's processes by the state of the main thread, and the threads of those with several.")
  private static let threadCount = family("thread_count", .gauge, "Threads of a name, of processes with several.")
  private static let threadSeconds = family(
    "thread_cpu_seconds_total", .counter, "CPU time of a group's threads by name.", "seconds")
  private static let threadBytes = family(
    "thread_io_bytes_total", .counter, "Bytes that a group's threads moved from and to storage, by name.", "bytes")
  private static let threadMajor = family(
    "thread_major_page_faults_total", .counter, "Page faults of a group's threads that storage had to serve, by name.")
  private static let threadMinor = family(
    "thread_minor_page_faults_total", .counter, "Page faults of a group's threads that memory could serve, by name.")
  private static let threadSwitches = family(
    "thread_context_switches_total", .counter, "Context switches of a group's threads, by name.")
  private static let channels = family(
    "threads_wchan", .gauge, "A group's processes and threads by the function of the kernel that they sleep in.")

  private static func family(_ name: String, _ type: MetricType, _ help: String, _ unit: String? = nil) -> MetricFamily
  {
    MetricFamily("namedprocess_namegroup_" + name, type, help: help, unit: unit)
  }

  /// Writes all families; a figure that is not known has no sample, and a group that never had a process only its number.
  /// Ticks since boot become a time by `bootSeconds`, when the machine started in seconds since 1970.
  static func write(_ all: [Group], bootSeconds: Double, into sink: any SampleSink) {
    sink.family(processes)
    for group in all { sink.sample(group.labels.plain, .unsigned(group.gauges.processes)) }
    let groups = all.filter { $0.alive != nil }
    writeCounters(groups, sink)
    writeGauges(groups, bootSeconds, sink)
    writeThreads(groups, sink)
    sink.family(channels)
    for group in groups {
      for entry in group.channels.entries where entry.threads > 0 { sink.sample(entry.tally, .unsigned(entry.threads)) }
    }
  }

  private static func writeCounters(_ groups: [Group], _ sink: any SampleSink) {
    sink.family(seconds)
    for group in groups {
      write(group.counts, .user, group.labels.user, sink)
      write(group.counts, .system, group.labels.system, sink)
    }
    for (family, kind) in [
      (read, GroupCounts.Kind.read), (written, .written), (major, .majorFaults), (minor, .minorFaults),
    ] {
      sink.family(family)
      for group in groups { write(group.counts, kind, group.labels.plain, sink) }
    }
    sink.family(switches)
    for group in groups {
      write(group.counts, .voluntary, group.labels.voluntary, sink)
      write(group.counts, .involuntary, group.labels.involuntary, sink)
    }
  }

  private static func writeGauges(_ groups: [Group], _ bootSeconds: Double, _ sink: any SampleSink) {
    sink.family(memory)
    for group in groups {
      sink.sample(group.labels.resident, .unsigned(group.gauges.residentBytes))
      sink.sample(group.labels.virtual, .unsigned(group.gauges.virtualBytes))
      if let bytes = group.gauges.swappedBytes { sink.sample(group.labels.swapped, .unsigned(bytes)) }
    }
    sink.family(descriptors)
    for group in groups {
      if let count = group.gauges.openDescriptors { sink.sample(group.labels.plain, .unsigned(count)) }
    }
    sink.family(ratio)
    for group in groups { if let ratio = group.gauges.worstDescriptorRatio { sink.sample(group.labels.plain, ratio) } }
    sink.family(start)
    for group in groups {
      guard let ticks = group.gauges.oldestStartTicks else { continue }
      sink.sample(group.labels.plain, bootSeconds + Double(ticks) / Limits.userHertz)
    }
    sink.family(threads)
    for group in groups { sink.sample(group.labels.plain, .unsigned(group.gauges.threads)) }
    sink.family(states)
    for group in groups {
      for state in GroupGauges.State.allCases {
        sink.sample(group.labels.states[state.rawValue], .unsigned(group.gauges[state]))
      }
    }
  }

  private static func writeThreads(_ groups: [Group], _ sink: any SampleSink) {
    sink.family(threadCount)
    forEach(groups) { entry in sink.sample(entry.tally.labels.plain, .unsigned(entry.threads)) }
    sink.family(threadSeconds)
    forEach(groups) { entry in
      write(entry.tally.counts, .user, entry.tally.labels.user, sink)
      write(entry.tally.counts, .system, entry.tally.labels.system, sink)
    }
    sink.family(threadBytes)
    forEach(groups) { entry in
      write(entry.tally.counts, .read, entry.tally.labels.read, sink)
      write(entry.tally.counts, .written, entry.tally.labels.written, sink)
    }
    sink.family(threadMajor)
    forEach(groups) { entry in write(entry.tally.counts, .majorFaults, entry.tally.labels.plain, sink) }
    sink.family(threadMinor)
    forEach(groups) { entry in write(entry.tally.counts, .minorFaults, entry.tally.labels.plain, sink) }
    sink.family(threadSwitches)
    forEach(groups) { entry in
      write(entry.tally.counts, .voluntary, entry.tally.labels.voluntary, sink)
      write(entry.tally.counts, .involuntary, entry.tally.labels.involuntary, sink)
    }
  }

  private static func forEach(_ groups: [Group], _ body: (GroupTallies<Group.ThreadTally>.Entry) -> Void) {
    for group in groups { for entry in group.threads.entries { body(entry) } }
  }

  private static func write(
    _ counts: GroupCounts, _ kind: GroupCounts.Kind, _ labels: LabelSet, _ sink: any SampleSink
  ) {
    guard let value = counts[kind] else { return }
    let isTime = kind == .user || kind == .system
    sink.sample(labels, isTime ? .double(Double(value) / Limits.userHertz) : .unsigned(value))
  }
}
