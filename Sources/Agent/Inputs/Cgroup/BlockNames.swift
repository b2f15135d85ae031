// The nodes of block devices by their numbers, from the links in /sys/dev/block, each looked up once.
// SPDX-License-Identifier: Apache-2.0

/// Names such as `/dev/vda` for 254:0.
final class BlockNames {
  private let directory: String
  private var known: [String: String] = [:]

  init(sys: String) { directory = sys + "/dev/block/" }

  /// The node of a device; its numbers as `254:0` when sysfs does not know it.
  func name(_ major: UInt64, _ minor: UInt64) -> String {
    let number = "\(major):\(minor)"
    if let name = known[number] { return name }
    guard let target = try? Directory.target(directory + number), let last = target.split(separator: "/").last else {
      return number
    }
    // A slash in a device's name is an exclamation mark in sysfs.
    let name = "/dev/" + last.replacing("!", with: "/")
    if known.count >= Limits.hostKeys { known.removeAll() }
    known[number] = name
    return name
  }
}
