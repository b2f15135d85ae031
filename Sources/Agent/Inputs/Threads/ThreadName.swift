// Threads of one pool are one to a reader: their names differ by a number at the end, and series by number would only
// multiply.
// SPDX-License-Identifier: Apache-2.0

/// Names of threads as labels bear them.
enum ThreadName {
  /// The name with a number behind a separator taken off: `asyncio_3` is `asyncio_#`, `python3` stays.
  static func folded(_ name: String) -> String {
    let text = name.utf8
    let stem = text.dropLast(text.reversed().prefix { $0 >= 48 && $0 <= 57 }.count)
    guard stem.count < text.count, let last = stem.last, "-_:/# .".utf8.contains(last) else { return name }
    return String(stem).map { $0 + (last == UInt8(ascii: "#") ? "" : "#") } ?? name
  }
}
