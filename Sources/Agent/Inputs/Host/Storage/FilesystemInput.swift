// Space of file systems: the mounts from /proc/1/mountinfo (our own when that may not be read), each asked by statfs(2)
// on a helper thread, because a mount whose server is gone never answers. One that did not answer is not asked again
// until its call comes back; it shows as `node_filesystem_device_error 1`, without sizes.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_filesystem_*`.
final class FilesystemInput: Input {
  let name = "filesystem"
  let isCheap = false
  let interval = Limits.filesystemSeconds
  var malformedLines: UInt64? { malformed }

  private enum State {
    case unknown
    case known(FilesystemSpace)
    case failed(String)
  }

  private struct Entry {
    let mount: Mount
    let labels: LabelSet
    var state = State.unknown
    /// The call that has not come back.
    var call: SpaceCall?
  }

  private let texts: [KernelText]
  private let work: any BlockingWork
  private let log: any EventLog
  private var entries: [String: Entry] = [:]
  private var order: [String] = []
  private var leftOut = 0
  private var malformed: UInt64 = 0

  init(paths: KernelPaths, log: any EventLog, work: any BlockingWork) {
    let instead = "the mounts are those of the agent's own namespace"
    texts = [
      KernelText(paths.proc + "/1/mountinfo", log: log, consequence: instead),
      KernelText(paths.proc + "/self/mountinfo", log: log),
    ]
    self.work = work
    self.log = log
  }

  func sample(at now: Moment) {
    guard let text = texts.first(where: { $0.read() }) else {
      order.removeAll()
      return entries.removeAll()
    }
    let bytes = text.bytes
    let mounts = Mount.parse(bytes.span, malformed: &malformed).filter { !$0.isLeftOut }
    leftOut = max(0, mounts.count - Limits.mounts)
    renew(mounts.prefix(Limits.mounts))
    for point in order { ask(point) }
  }

  private func renew(_ mounts: ArraySlice<Mount>) {
    var fresh: [String: Entry] = [:]
    order.removeAll()
    for mount in mounts {
      // Of several mounts on one point the last one is what is seen there.
      if fresh[mount.point] == nil { order.append(mount.point) }
      if let old = entries[mount.point], old.mount == mount {
        fresh[mount.point] = old
      } else {
        fresh[mount.point] = Entry(mount: mount, labels: mount.labels)
      }
    }
    entries = fresh
  }

  private func ask(_ point: String) {
    guard let entry = entries[point] else { return }
    // A call that is still in the kernel would only cost another thread.
    if let old = entry.call, old.result == nil { return }
    let call = SpaceCall(entry.mount.path)
    entries[point]?.call = call
    work.run(point, limitSeconds: Limits.statfsSeconds) {
      call.ask()
    } done: { [weak self] result in
      self?.take(point, call, result)
    }
  }

  private func take(_ point: String, _ call: SpaceCall, _ result: Result<FilesystemSpace, SystemError>?) {
    guard entries[point]?.call === call else { return }
    switch result {
    case .success(let space)?:
      entries[point]?.call = nil
      if case .failed? = entries[point]?.state {
        log.log(.info, "a file system answers again", [("mountpoint", point)])
      }
      entries[point]?.state = .known(space)
    case .failure(let error)?:
      entries[point]?.call = nil
      fail(point, error.reason)
    case nil where call.hasStarted:
      fail(point, "mountpoint timeout")
    case nil:
      // All helpers were busy elsewhere: this mount is not at fault and is asked again.
      entries[point]?.call = nil
      fail(point, "not asked in time")
    }
  }

  private func fail(_ point: String, _ reason: String) {
    if case .failed(reason)? = entries[point]?.state { return }
    entries[point]?.state = .failed(reason)
    log.log(.warning, "a file system does not answer", [("mountpoint", point), ("error", reason)])
  }

  func collect(into sink: any SampleSink) {
    let error = "Whether an error occurred while getting statistics for the given device."
    sink.family(MetricFamily("node_filesystem_device_error", .gauge, help: error))
    for point in order {
      guard let entry = entries[point] else { continue }
      switch entry.state {
      case .known: sink.sample(entry.mount.errorLabels(""), .integer(0))
      case .failed(let reason): sink.sample(entry.mount.errorLabels(reason), .integer(1))
      case .unknown: continue
      }
    }
    let info = "Filesystem mount information."
    sink.family(MetricFamily("node_filesystem_mount_info", .gauge, help: info))
    for point in order { if let entry = entries[point] { sink.sample(entry.mount.numberLabels, .integer(1)) } }
    write("size_bytes", "Filesystem size in bytes.", sink) { $0.size }
    write("free_bytes", "Filesystem free space in bytes.", sink) { $0.free }
    write("avail_bytes", "Filesystem space available to non-root users in bytes.", sink) { $0.available }
    write("files", "Filesystem total file nodes.", sink) { $0.files }
    write("files_free", "Filesystem total free file nodes.", sink) { $0.filesFree }
    write("readonly", "Filesystem read-only status.", sink) { $0.isReadOnly ? 1 : 0 }
    writeLeftOut(sink)
  }

  private func writeLeftOut(_ sink: any SampleSink) {
    let help = "File systems past the limit of \(Limits.mounts) whose space is not asked for."
    sink.family(MetricFamily("vitals_filesystems_left_out", .gauge, help: help))
    sink.sample(.empty, .integer(Int64(leftOut)))
  }

  private func write(_ name: String, _ help: String, _ sink: any SampleSink, _ value: (FilesystemSpace) -> UInt64) {
    sink.family(MetricFamily("node_filesystem_" + name, .gauge, help: help))
    for point in order {
      guard let entry = entries[point], case .known(let space) = entry.state else { continue }
      sink.sample(entry.labels, .unsigned(value(space)))
    }
  }
}
