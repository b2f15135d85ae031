// The command line as the kernel handed it over. Swift's own has every byte that is no UTF-8 replaced, so that a path
// would silently become another one; and it looks for them in the stack, with the help of /proc/self/maps and of the
// environment's place: without the one, or when a preloaded library has set a variable, it finds none, and the agent would
// run as if nobody had given it an option.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent
import Glibc

/// The process's arguments in bytes.
enum RawArguments {
  /// All of them, the program's name first.
  static var all: [[UInt8]] {
    (0..<vitals_argument_count()).map { index in
      guard let text = unsafe vitals_argument(index) else { return [] }
      return unsafe UnsafeRawBufferPointer(start: text, count: strlen(text)).map { $0 }
    }
  }
}
