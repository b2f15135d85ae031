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
    case failed(String, LabelSet)
  }

  private typealias SpaceCall = BlockingCall<Result<FilesystemSpace, SystemError>>

  private struct Entry {
    let mount: Mount
    let labels: LabelSet
    let numberLabels: LabelSet
    var state = State.unknown
    /// The call that has not come back.
    var call: SpaceCall?

    init(_ mount: Mount) {
      self.mount = mount
      labels = mount.labels
      numberLabels = mount.numberLabels
    }
  }

  private static func family(_ name: String, _ help: String) -> MetricFamily {
    MetricFamily("node_filesystem_" + name, .gauge, help: help)
  }

  private static let error = family(
    "device_error", "Whether an error occurred while getting statistics for the given device.")
  private static let readOnly = family("readonly", "Filesystem read-only status.")
  private static let mountInfo = family("mount_info", "Filesystem mount information.")
  private static let leftOutFamily = MetricFamily(
    "vitals_filesystems_left_out", .gauge,
    help: "File systems past the limit of \(Limits.mounts) whose space is not asked for.")
  private static let figures: [(family: MetricFamily, value: @Sendable (FilesystemSpace) -> UInt64)] = [
    (family("size_bytes", "Filesystem size in bytes."), { $0.size }),
    (family("free_bytes", "Filesystem free space in bytes."), { $0.free }),
    (family("avail_bytes", "Filesystem space available to non-root users in bytes."), { $0.available }),
    (family("files", "Filesystem total file nodes."), { $0.files }),
    (family("files_free", "Filesystem total free file nodes."), { $0.filesFree }),
    // What macOS frees by itself; Linux has no such space, and node_exporter shows that as 0.
    (family("purgeable_bytes", "Space that the system could free by itself."), { _ in 0 }),
  ]

  private let texts: [KernelText]
  private let root: String
  private let options: HostOptions
  private let work: any BlockingWork
  private let log: any EventLog
  private var entries: [String: Entry] = [:]
  private var order: [String] = []
  private var leftOut = 0
  private var malformed: UInt64 = 0

  init(paths: KernelPaths, log: any EventLog, work: any BlockingWork, options: HostOptions = HostOptions()) {
    root = paths.root
    self.options = options
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
    let mounts = Mount.parse(bytes.span, malformed: &malformed).map(inside).filter(isTaken)
    leftOut = max(0, mounts.count - Limits.mounts)
    renew(mounts.prefix(Limits.mounts))
    for point in order { ask(point) }
  }

  private func isTaken(_ mount: Mount) -> Bool {
    options.filesystems.takes(mount.type, isStandard: !mount.isTypeLeftOut)
      && options.mounts.takes(mount.point, isStandard: !mount.isPointLeftOut)
  }

  /// The mount as the host sees it, where our own namespace shows it below the host's root.
  private func inside(_ mount: Mount) -> Mount {
    if root.isEmpty || !mount.point.hasPrefix(root + "/") && mount.point != root { return mount }
    let path = Array(mount.path.dropFirst(root.utf8.count))
    let inner = path.isEmpty ? [UInt8(ascii: "/")] : path
    return Mount(
      device: mount.device, point: String(decoding: inner, as: UTF8.self), path: inner, type: mount.type,
      number: mount.number, isReadOnly: mount.isReadOnly)
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
        fresh[mount.point] = Entry(mount)
      }
    }
    entries = fresh
  }

  private func ask(_ point: String) {
    guard let entry = entries[point] else { return }
    // A call that is still in the kernel would only cost another thread.
    if let old = entry.call, old.isOut { return }
    let path = Array(root.utf8) + entry.mount.path
    let call = SpaceCall { FilesystemSpace.read(path) }
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
    guard let entry = entries[point] else { return }
    if case .failed(reason, _) = entry.state { return }
    // node_exporter's words are those of Go, which begin small.
    let label = reason.prefix(1).lowercased() + reason.dropFirst()
    entries[point]?.state = .failed(reason, entry.mount.errorLabels(label))
    log.log(.warning, "a file system does not answer", [("mountpoint", point), ("error", reason)])
  }

  func collect(into sink: any SampleSink) {
    let known = order.compactMap { entries[$0] }
    sink.family(FilesystemInput.error)
    for entry in known {
      switch entry.state {
      case .known: sink.sample(entry.labels, .integer(0))
      case .failed(_, let labels): sink.sample(labels, .integer(1))
      case .unknown: continue
      }
    }
    sink.family(FilesystemInput.readOnly)
    for entry in known {
      let value = MetricValue.integer(entry.mount.isReadOnly ? 1 : 0)
      switch entry.state {
      case .known: sink.sample(entry.labels, value)
      case .failed(_, let labels): sink.sample(labels, value)
      case .unknown: continue
      }
    }
    sink.family(FilesystemInput.mountInfo)
    for entry in known { sink.sample(entry.numberLabels, .integer(1)) }
    for figure in FilesystemInput.figures {
      sink.family(figure.family)
      for entry in known {
        if case .known(let space) = entry.state { sink.sample(entry.labels, .unsigned(figure.value(space))) }
      }
    }
    sink.family(FilesystemInput.leftOutFamily)
    sink.sample(.empty, .integer(Int64(leftOut)))
  }
}
