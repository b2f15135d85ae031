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
  var malformedLines: UInt64 { malformed }

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

    /// What it answered last; nil while it does not.
    var space: FilesystemSpace? { if case .known(let space) = state { space } else { nil } }
    /// The labels of its state; nil while that is not known.
    var shown: LabelSet? {
      switch state {
      case .unknown: nil
      case .known: labels
      case .failed(_, let labels): labels
      }
    }

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
  /// In the order of the mounts, and where each mount point's stands.
  private var entries: [Entry] = []
  private var places: [String: Int] = [:]
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
      places.removeAll()
      return entries.removeAll()
    }
    let bytes = text.bytes
    let mounts = Mount.parse(bytes.span, malformed: &malformed).map(inside).filter(isTaken)
    leftOut = max(0, mounts.count - Limits.mounts)
    renew(mounts.prefix(Limits.mounts))
    for entry in entries { ask(entry.mount.point) }
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
    var fresh: [Entry] = []
    var freshPlaces: [String: Int] = [:]
    for mount in mounts {
      let old = places[mount.point].map { entries[$0] }
      let entry = old?.mount == mount ? old ?? Entry(mount) : Entry(mount)
      // Of several mounts on one point the last one is what is seen there.
      if let place = freshPlaces[mount.point] {
        fresh[place] = entry
      } else {
        freshPlaces[mount.point] = fresh.count
        fresh.append(entry)
      }
    }
    (entries, places) = (fresh, freshPlaces)
  }

  private func ask(_ point: String) {
    guard let place = places[point] else { return }
    // A call that is still in the kernel would only cost another thread.
    if let old = entries[place].call, old.isOut { return }
    let path = Array(root.utf8) + entries[place].mount.path
    let call = SpaceCall { FilesystemSpace.read(path) }
    entries[place].call = call
    work.run(point, limitSeconds: Limits.statfsSeconds) {
      call.ask()
    } done: { [weak self] result in
      self?.take(point, call, result)
    }
  }

  private func take(_ point: String, _ call: SpaceCall, _ result: Result<FilesystemSpace, SystemError>?) {
    guard let place = places[point], entries[place].call === call else { return }
    switch result {
    case .success(let space)?:
      entries[place].call = nil
      if case .failed = entries[place].state {
        log.log(.info, "a file system answers again", [("mountpoint", point)])
      }
      entries[place].state = .known(space)
    case .failure(let error)?:
      entries[place].call = nil
      fail(place, error.reason)
    case nil where call.hasStarted:
      fail(place, "mountpoint timeout")
    case nil:
      // All helpers were busy elsewhere: this mount is not at fault and is asked again.
      entries[place].call = nil
      fail(place, "not asked in time")
    }
  }

  private func fail(_ place: Int, _ reason: String) {
    let mount = entries[place].mount
    if case .failed(reason, _) = entries[place].state { return }
    // node_exporter's words are those of Go, which begin small.
    let label = reason.prefix(1).lowercased() + reason.dropFirst()
    entries[place].state = .failed(reason, mount.errorLabels(label))
    log.log(.warning, "a file system does not answer", [("mountpoint", mount.point), ("error", reason)])
  }

  func collect(into sink: any SampleSink) {
    // Lent, because to copy an entry counts references that nothing else touches.
    let known = entries
    let entries = known.span
    sink.family(FilesystemInput.error)
    for place in entries.indices {
      if let labels = entries[place].shown { sink.sample(labels, .integer(entries[place].space == nil ? 1 : 0)) }
    }
    sink.family(FilesystemInput.readOnly)
    for place in entries.indices {
      if let labels = entries[place].shown { sink.sample(labels, .integer(entries[place].mount.isReadOnly ? 1 : 0)) }
    }
    sink.family(FilesystemInput.mountInfo)
    for place in entries.indices { sink.sample(entries[place].numberLabels, .integer(1)) }
    for figure in FilesystemInput.figures {
      sink.family(figure.family)
      for place in entries.indices {
        if let space = entries[place].space { sink.sample(entries[place].labels, .unsigned(figure.value(space))) }
      }
    }
    sink.family(FilesystemInput.leftOutFamily)
    sink.sample(.empty, .integer(Int64(leftOut)))
  }
}
