// What a mounted btrfs says of its devices, by ioctl(2) on its mount point; any user who may open that may ask. The
// requests' numbers are written out because C's macros for them do not reach Swift; see linux/btrfs.h.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// A mounted btrfs file system.
struct BtrfsVolume: Sendable {
  /// One of its devices.
  struct Device: Sendable {
    let path: String
    /// As the kernel writes it.
    let uuid: String
    let used: UInt64
    let size: UInt64
    /// Write, read, flush, corruption and generation errors since they were last reset.
    let errors: [UInt64]
  }

  /// Its UUID, as the kernel writes it.
  let identity: String
  let devices: [Device]

  private static let systemInfo: UInt = 0x8400_941F
  private static let deviceInfo: UInt = 0xD000_941E
  private static let deviceStatistics: UInt = 0xC408_9434

  /// Asks the file system that is mounted at `path`; may block.
  static func read(_ path: String) throws(SystemError) -> BtrfsVolume {
    let directory = try FileDescriptor.open(path, flags: O_DIRECTORY | O_NONBLOCK)
    let number = directory.number
    var info = btrfs_ioctl_fs_info_args()
    try system("ioctl", path) { unsafe ioctl(number, systemInfo, &info) }
    var devices: [Device] = []
    // Numbers of devices have gaps where some were taken out.
    for id in 0...min(info.max_id, UInt64(Limits.btrfsDevices)) where UInt64(devices.count) < info.num_devices {
      do {
        devices.append(try device(id, number, path))
      } catch {
        if error.code != ENODEV { throw error }
      }
    }
    return BtrfsVolume(identity: uuid(info.fsid), devices: devices)
  }

  private static func device(_ id: UInt64, _ number: Int32, _ path: String) throws(SystemError) -> Device {
    var info = btrfs_ioctl_dev_info_args()
    info.devid = id
    try system("ioctl", path) { unsafe ioctl(number, deviceInfo, &info) }
    var statistics = btrfs_ioctl_get_dev_stats()
    statistics.devid = id
    statistics.nr_items = 5
    try system("ioctl", path) { unsafe ioctl(number, deviceStatistics, &statistics) }
    let name = unsafe withUnsafeBytes(of: info.path) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let values = statistics.values
    return Device(
      path: name, uuid: uuid(info.uuid), used: info.bytes_used, size: info.total_bytes,
      errors: [values.0, values.1, values.2, values.3, values.4])
  }

  /// `0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f`.
  private static func uuid<Bytes>(_ bytes: Bytes) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    unsafe withUnsafeBytes(of: bytes) { raw in
      for index in 0..<raw.count {
        if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
        unsafe text.append(digits[Int(raw[index] >> 4)])
        unsafe text.append(digits[Int(raw[index] & 15)])
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
