// Files of sysfs, one value each. Reading one may ask a driver, which may ask its hardware and wait: on helper threads
// only. What cannot be read is nil, whatever the reason: drivers leave out what their hardware does not have, and many
// answer EINVAL or EOPNOTSUPP where another has a number.
// SPDX-License-Identifier: Apache-2.0

/// One value of sysfs.
enum SysfsFile {
  /// The file's text without the blanks and line feeds around it.
  static func text(_ path: String) -> String? { bytes(path).map { String(decoding: $0, as: UTF8.self) } }

  /// The number that fills the file: decimal, with a minus or not, or hexadecimal behind `0x`. nil too when it does not
  /// fit into 64 bits with a sign.
  static func integer(_ path: String) -> Int64? { bytes(path).flatMap { integer($0.span) } }

  /// The number that fills the file, without a sign.
  static func unsigned(_ path: String) -> UInt64? { bytes(path).flatMap { unsigned($0.span) } }

  /// A number in one of the kernel's ways of writing it.
  static func integer(_ bytes: Span<UInt8>) -> Int64? {
    if bytes.count > 1, bytes[0] == UInt8(ascii: "-") {
      guard let value = bytes.unsigned(1..<bytes.count), value <= UInt64(Int64.max) else { return nil }
      return -Int64(value)
    }
    return unsigned(bytes).flatMap { Int64(exactly: $0) }
  }

  /// A number without a sign.
  static func unsigned(_ bytes: Span<UInt8>) -> UInt64? {
    bytes.prefixedHexadecimal(0..<bytes.count) ?? bytes.unsigned(0..<bytes.count)
  }

  private static func bytes(_ path: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    guard (try? KernelFile.read(path, into: &bytes)) != nil else { return nil }
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") }
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return Array(bytes.drop(while: isBlank))
  }
}
