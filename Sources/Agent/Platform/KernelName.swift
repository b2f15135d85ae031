// What uname(2) says.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The kernel's name and release.
enum KernelName {
  /// The fields of uname(2) under node_exporter's label names.
  static var current: [(name: String, value: String)] {
    var name = utsname()
    if unsafe uname(&name) != 0 { return [] }
    return [
      ("sysname", text(of: name.sysname)), ("release", text(of: name.release)), ("version", text(of: name.version)),
      ("machine", text(of: name.machine)), ("nodename", text(of: name.nodename)),
      ("domainname", text(of: name.__domainname)),
    ]
  }

  /// A C array of characters up to its NUL.
  private static func text<Characters>(of characters: Characters) -> String {
    unsafe withUnsafeBytes(of: characters) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
