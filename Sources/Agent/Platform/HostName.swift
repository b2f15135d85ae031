// The name of this machine, for the title of a dashboard.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// This machine's name.
enum HostName {
  /// The node name of uname(2); `unknown` when the kernel does not tell.
  static var current: String {
    var name = [CChar](repeating: 0, count: 256)
    if unsafe gethostname(&name, name.count - 1) != 0 { return "unknown" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// This process's id.
  static var processID: Int32 { getpid() }
}
