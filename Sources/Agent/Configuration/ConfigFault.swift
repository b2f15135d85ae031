// What is wrong with a configuration file, and where: the line and column that an editor jumps to.
// SPDX-License-Identifier: Apache-2.0

/// One mistake in a file.
struct ConfigFault: Error, Equatable {
  /// Bytes before the mistake.
  let offset: Int
  let message: String

  /// `FILE:LINE:COLUMN: what is wrong`, as compilers say it; columns count characters and both begin at 1.
  func description(of file: String, _ bytes: [UInt8]) -> String {
    let before = bytes.prefix(offset)
    let line = before.count { $0 == 10 } + 1
    let start = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
    let column = String(decoding: before[start...], as: UTF8.self).count + 1
    return "\(file):\(line):\(column): \(message)"
  }
}
