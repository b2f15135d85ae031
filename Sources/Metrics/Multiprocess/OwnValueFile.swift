// One value file that this process writes: its content, the file on the disk, and what was in it before our first value.
// SPDX-License-Identifier: Apache-2.0

/// A file of our own, by kind.
struct OwnValueFile: Sendable {
  private final class Handle: Sendable {
    let file: OpenFile
    let stamp: FileStamp
    init(_ file: consuming OpenFile, _ stamp: FileStamp) {
      self.file = file
      self.stamp = stamp
    }
  }

  let name: ValueFileName
  private var image = ValueFileImage()
  private var handle: Handle?
  private var allocated = 0
  /// Where the entries end that were there before us.
  private var inherited = 0
  /// What a counted value had before this registry began to count, by place: added to all that is written there.
  private var bases: [Int: Double] = [:]

  init(_ name: ValueFileName) { self.name = name }

  /// The file of a forked child: it begins where the parent's last writing ended, so that no event counts twice.
  init(_ name: ValueFileName, childOf parent: OwnValueFile, places: [(key: [UInt8], place: Int)]) {
    self.init(name)
    if name.kind.mode != nil { return }
    for (key, place) in places {
      if let own = image.place(key) { bases[own] = (parent.bases[place] ?? 0) - parent.image.value(at: place) }
    }
  }

  /// Where the value of a key stands.
  mutating func place(_ key: [UInt8]) -> Int? {
    guard let place = image.place(key) else { return nil }
    // A key that was there before us: a process of the same id has ended. prometheus_client goes on from its value too.
    if place < inherited && name.kind.mode == nil && bases[place] == nil { bases[place] = image.value(at: place) }
    return place
  }

  /// Sets a value; of a gauge that shows the latest, also when that was.
  mutating func set(_ value: Double, at place: Int, now: Double) {
    let isNew = image.set(value + (bases[place] ?? 0), at: place)
    if isNew && name.kind.mode?.isMostRecent ?? false { image.set(now, at: place + 8) }
  }

  /// Opens the file before its first key is placed, and takes over what a process of the same id has left in it.
  mutating func open(in directory: borrowing FileDirectory, _ buffer: ReadBuffer) -> Int32 {
    if let handle, let stamp = directory.stamp(name.text), stamp.isSameFile(as: handle.stamp), stamp.size >= allocated {
      return 0
    }
    let isFirst = handle == nil
    handle = nil
    allocated = 0
    switch directory.openOwn(name.text) {
    case .file(let file):
      guard let stamp = file.stamp, stamp.isRegular else { return FileDirectory.isLink }
      // prometheus_client's collector gives up, for all workers, over a file without the four bytes of its length.
      if stamp.size < ValueFileWalk.head {
        let code = file.lengthen(to: ValueFileWalk.head)
        if code != 0 { return code }
      }
      if isFirst && image.bytes.count == ValueFileWalk.head {
        let used = file.head ?? 0
        if used > ValueFileWalk.head, used <= MetricsLimits.valueFileBytes, buffer.read(file, used) != nil {
          image = ValueFileImage(buffer)
          inherited = image.bytes.count
        }
      } else {
        // Removed or cut meanwhile, as by a service that clears the directory: all of it again.
        image.forgetDisk()
      }
      handle = Handle(file, stamp)
      return 0
    case .failed(let code): return code
    }
  }

  /// Writes what changed: an error's number, or 0.
  mutating func write() -> Int32 {
    guard let handle else { return 0 }
    var capacity = max(allocated, MetricsLimits.valueFirstAllocation)
    while capacity < image.bytes.count { capacity *= 2 }
    if capacity > allocated {
      let code = handle.file.allocate(capacity)
      if code != 0 {
        _ = image.rewrite(to: handle.file)
        return code
      }
      allocated = capacity
    }
    return image.write(to: handle.file)
  }
}
