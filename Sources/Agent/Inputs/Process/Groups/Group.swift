// A group: the processes of one service, summed up. Its counters begin when the agent first sees a process and only grow:
// what a process that has gone had counted stays.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The sums of one service's processes.
final class Group {
  /// What the threads of one name have counted.
  struct ThreadTally {
    let labels: GroupThreadLabels
    var counts = GroupCounts()
  }

  let service: String
  let labels: GroupLabels
  var counts = GroupCounts()
  private(set) var gauges = GroupGauges()
  let threads: GroupTallies<ThreadTally>
  let channels: GroupTallies<LabelSet>
  /// When the look at its threads was that is longest ago.
  private(set) var oldestLook: Moment?
  /// The last moment at which it had a process.
  private(set) var alive: Moment?

  init(_ service: String) {
    self.service = service
    let labels = GroupLabels(service)
    self.labels = labels
    threads = GroupTallies(limit: Limits.groupThreadNames) { ThreadTally(labels: labels.thread($0)) }
    channels = GroupTallies(limit: Limits.groupChannels) { labels.channel($0) }
  }

  /// Begins to sum up anew what processes and threads have at a moment.
  func begin() {
    gauges = GroupGauges()
    oldestLook = nil
    threads.begin()
    channels.begin()
  }

  /// Adds a process as it is now.
  func add(_ stat: ProcessStat, _ files: ProcessFigures?, at now: Moment) {
    gauges.add(stat, files)
    alive = now
  }

  /// Adds a thread as it was last seen, of a process that has several. A process's main thread stands for the process
  /// too, and so its wait counts twice, as its state does.
  func add(_ thread: ThreadFigures, isMain: Bool) {
    gauges.add(state: thread.stat.state)
    threads.count(thread.stat.name)
    add(channel: thread.channel)
    if isMain { add(channel: thread.channel) }
  }

  /// Adds what a process waits for.
  func add(channel: String) {
    if !channel.isEmpty { channels.count(channel) }
  }

  /// The threads of one of its processes were looked at then.
  func add(look: Moment) {
    if let oldestLook, look.boot >= oldestLook.boot { return }
    oldestLook = look
  }
}
