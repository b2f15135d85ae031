// The size of a memory page, in which /proc counts resident memory.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A page of memory.
enum PageSize {
  /// Bytes of a page; see sysconf(3).
  static let bytes = max(4_096, sysconf(Int32(_SC_PAGESIZE)))
}
