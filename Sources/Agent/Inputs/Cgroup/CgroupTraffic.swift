// What a cgroup read from and wrote to block devices, by device. The label is the device's node, as cAdvisor gives it;
// a device that sysfs does not know keeps its numbers.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Reads and writes by device.
struct CgroupTraffic {
  /// The figures of one device.
  enum Figure: Int, CaseIterable, Sendable {
    case readBytes, writtenBytes, reads, writes
  }

  /// One device.
  struct Device {
    let major: UInt64
    let minor: UInt64
    let labels: LabelSet
    fileprivate(set) var values: [UInt64?] = Array(repeating: nil, count: Figure.allCases.count)

    /// A figure of it.
    subscript(figure: Figure) -> UInt64? { values[figure.rawValue] }
  }

  private let labels: LabelSet
  private let names: BlockNames
  private(set) var devices: [Device] = []
  /// Devices past ``Limits/cgroupDevices`` at the last look.
  private(set) var leftOut = 0

  /// `labels` are those of the cgroup.
  init(labels: LabelSet, names: BlockNames) {
    self.labels = labels
    self.names = names
  }

  /// Forgets the last look's figures, and keeps the devices' labels for the next.
  mutating func begin() {
    leftOut = 0
    for place in devices.indices {
      for figure in Figure.allCases { devices[place].values[figure.rawValue] = nil }
    }
  }

  /// Lets go of devices that are no more.
  mutating func end() {
    if devices.contains(where: { $0.values.allSatisfy { $0 == nil } }) {
      devices.removeAll { $0.values.allSatisfy { $0 == nil } }
    }
  }

  /// `8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6`; a device without a figure is none. False when a line is not
  /// whole.
  mutating func parseDevice(_ line: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    var fields = Splitter.fields(line)
    guard let number = fields.next(in: bytes) else { return true }
    var place: Int?
    while let field = fields.next(in: bytes) {
      var sides = Splitter.pieces(field, separator: UInt8(ascii: "="))
      guard let key = sides.next(in: bytes), let figure = CgroupTraffic.figure(key, bytes) else { continue }
      guard let value = sides.next(in: bytes).flatMap({ bytes.unsigned($0) }) else { return false }
      if place == nil {
        guard let numbers = CgroupTraffic.numbers(number, bytes) else { return false }
        place = self.place(numbers.major, numbers.minor)
        if place == nil { return true }
      }
      if let place { devices[place].values[figure.rawValue] = value }
    }
    return true
  }

  private static func figure(_ key: Range<Int>, _ bytes: Span<UInt8>) -> Figure? {
    if bytes.equals(key, "rbytes") { return .readBytes }
    if bytes.equals(key, "wbytes") { return .writtenBytes }
    if bytes.equals(key, "rios") { return .reads }
    return bytes.equals(key, "wios") ? .writes : nil
  }

  /// `8:0 Read 4096`; other operations are in these two, and the `Total` of all devices has no device.
  mutating func parseOperation(_ line: Range<Int>, _ bytes: Span<UInt8>, _ read: Figure, _ write: Figure) -> Bool {
    var fields = Splitter.fields(line)
    guard let number = fields.next(in: bytes), let operation = fields.next(in: bytes) else { return false }
    let figure: Figure? = bytes.equals(operation, "Read") ? read : bytes.equals(operation, "Write") ? write : nil
    guard let figure else { return true }
    guard let numbers = CgroupTraffic.numbers(number, bytes),
      let value = fields.next(in: bytes).flatMap({ bytes.unsigned($0) })
    else { return false }
    if let place = place(numbers.major, numbers.minor) { devices[place].values[figure.rawValue] = value }
    return true
  }

  private static func numbers(_ range: Range<Int>, _ bytes: Span<UInt8>) -> (major: UInt64, minor: UInt64)? {
    var sides = Splitter.pieces(range, separator: UInt8(ascii: ":"))
    guard let major = sides.next(in: bytes).flatMap({ bytes.unsigned($0) }),
      let minor = sides.next(in: bytes).flatMap({ bytes.unsigned($0) })
    else { return nil }
    return (major, minor)
  }

  private mutating func place(_ major: UInt64, _ minor: UInt64) -> Int? {
    if let known = devices.firstIndex(where: { $0.major == major && $0.minor == minor }) { return known }
    if devices.count >= Limits.cgroupDevices {
      leftOut += 1
      return nil
    }
    let device = Device(
      major: major, minor: minor, labels: labels.adding([("device", names.name(major, minor))]))
    devices.append(device)
    return devices.count - 1
  }
}
