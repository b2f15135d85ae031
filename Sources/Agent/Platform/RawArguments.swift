// The command line as the kernel handed it over. Swift's own has every byte that is no UTF-8 replaced, so that a path
// would silently become another one.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The process's arguments in bytes.
enum RawArguments {
  /// All of them, the program's name first.
  static var all: [[UInt8]] {
    (0..<Int(CommandLine.argc)).map { index in
      guard let text = unsafe CommandLine.unsafeArgv[index] else { return [] }
      return unsafe UnsafeRawBufferPointer(start: text, count: strlen(text)).map { $0 }
    }
  }
}
