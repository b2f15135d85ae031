// One line of /proc/PID/mountinfo:
//
//     27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
//
// Optional fields may stand before the lone dash. Blanks in paths are written as octal escapes; see proc(5).
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// A mounted file system.
struct Mount: Hashable {
  let device: String
  /// Its place as text, for labels.
  let point: String
  /// Its place in the bytes that the kernel knows: any but NUL.
  let path: [UInt8]
  let type: String
  /// The device's numbers as `254:0`.
  let number: String
  /// Whether the mount or the file system under it is read-only.
  var isReadOnly = false

  /// The mounts of a file; lines that are not whole are left out and counted.
  static func parse(_ bytes: Span<UInt8>, malformed: inout UInt64) -> [Mount] {
    var mounts: [Mount] = []
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      // Parted by one blank each: a device's name may be empty.
      var fields = Splitter.pieces(line, separator: UInt8(ascii: " "))
      var point: Range<Int>?
      var number: Range<Int>?
      var options: Range<Int>?
      for index in 0..<6 {
        let field = fields.next(in: bytes)
        if index == 2 { number = field }
        if index == 4 { point = field }
        if index == 5 { options = field }
      }
      while let field = fields.next(in: bytes), !bytes.equals(field, "-") {}
      guard let point, !point.isEmpty, let number, let type = fields.next(in: bytes),
        let device = fields.next(in: bytes)
      else {
        malformed &+= 1
        continue
      }
      let isReadOnly = saysReadOnly(options, bytes) || saysReadOnly(fields.next(in: bytes), bytes)
      let path = unescaped(point, bytes)
      mounts.append(
        Mount(
          device: text(device, bytes),
          point: String(decoding: path, as: UTF8.self), path: path, type: bytes.string(type),
          number: bytes.string(number), isReadOnly: isReadOnly))
    }
    return mounts
  }

  /// Whether `ro` is among options such as `ro,relatime`.
  private static func saysReadOnly(_ options: Range<Int>?, _ bytes: Span<UInt8>) -> Bool {
    guard let options else { return false }
    var words = Splitter.pieces(options, separator: UInt8(ascii: ","))
    while let word = words.next(in: bytes) { if bytes.equals(word, "ro") { return true } }
    return false
  }

  /// The labels of its sizes.
  var labels: LabelSet { errorLabels("") }

  /// The labels of its device's numbers.
  var numberLabels: LabelSet {
    let numbers = number.split(separator: ":", maxSplits: 1).map(String.init)
    return LabelSet(writingEmpty: [
      ("device", device), ("mountpoint", point), ("major", numbers.first ?? ""),
      ("minor", numbers.count == 2 ? numbers[1] : ""),
    ])
  }

  /// The labels of its error, as node_exporter 1.11 gives them, who writes an empty one where there is none.
  func errorLabels(_ reason: String) -> LabelSet {
    LabelSet(writingEmpty: [
      ("device", device), ("mountpoint", point), ("fstype", type), ("device_error", reason),
    ])
  }

  /// Whether the kernel's own file systems are of this type, which node_exporter leaves out by default.
  var isTypeLeftOut: Bool { Mount.kernelTypes.contains(type) }

  /// Whether it lies where no file systems of a person's do: below /dev, /proc, /sys and container storage, by the same
  /// defaults.
  var isPointLeftOut: Bool {
    for place in ["/dev", "/proc", "/sys", "/run/credentials", "/var/lib/docker", "/var/lib/containers/storage"]
    where point.hasPrefix(place + "/") || (point == place && place.utf8.count < 6) {
      return true
    }
    return false
  }

  private static let kernelTypes: Set<String> = [
    "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "fusectl",
    "hugetlbfs", "iso9660", "mqueue", "nsfs", "overlay", "proc", "procfs", "pstore", "rpc_pipefs", "securityfs",
    "selinuxfs", "squashfs", "sysfs", "tracefs", "erofs",
  ]

  /// A path of the file as text.
  static func text(_ range: Range<Int>, _ bytes: Span<UInt8>) -> String {
    String(decoding: unescaped(range, bytes), as: UTF8.self)
  }

  /// `\040` and its like are bytes.
  private static func unescaped(_ range: Range<Int>, _ bytes: Span<UInt8>) -> [UInt8] {
    var plain: [UInt8] = []
    var index = range.lowerBound
    while index < range.upperBound {
      if bytes[index] == UInt8(ascii: "\\"), index + 3 < range.upperBound, let byte = octal(index + 1, bytes) {
        plain.append(byte)
        index += 4
      } else {
        plain.append(bytes[index])
        index += 1
      }
    }
    return plain
  }

  private static func octal(_ start: Int, _ bytes: Span<UInt8>) -> UInt8? {
    var value = 0
    for index in start..<start + 3 {
      let digit = Int(bytes[index]) - 48
      if !(0...7).contains(digit) { return nil }
      value = value * 8 + digit
    }
    return UInt8(exactly: value)
  }
}
