// What stat(2) says of a file that tells whether its bytes may have changed.
// SPDX-License-Identifier: Apache-2.0

/// Identity, size and time of the last change of a file.
struct FileStamp: Sendable, Hashable {
  let device: UInt64
  let inode: UInt64
  let size: Int64
  let seconds: Int64
  let nanoseconds: Int64
  let isRegular: Bool
}
