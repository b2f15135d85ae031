// A configuration file with its bytes, which are kept until all its mistakes are known: those are shown by line and
// column.
// SPDX-License-Identifier: Apache-2.0

/// A file as it was read.
struct ConfigFile {
  let path: String
  let bytes: [UInt8]

  /// A file's contents that are there already.
  init(_ path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// Reads the file whole. Blocks where the file system does: only before the agent serves.
  init(reading path: String) throws(UsageError) {
    var bytes: [UInt8] = []
    do throws(SystemError) {
      let descriptor = try FileDescriptor.openForTail(path)
      if let oddity = try descriptor.status().oddity {
        throw SystemError(call: oddity, subject: path, code: 0)
      }
      while bytes.count <= Limits.configBytes, try descriptor.read(into: &bytes, count: 64 << 10) > 0 {}
    } catch {
      throw UsageError(message: "\(path): \(error.code == 0 ? error.call : error.reason)")
    }
    if bytes.count > Limits.configBytes {
      throw UsageError(message: "\(path): is longer than \(Limits.configBytes >> 20) MiB")
    }
    self.init(path, bytes: bytes)
  }

  /// Mistakes as lines, in the order of the file.
  func lines(_ faults: [ConfigFault]) -> [String] {
    faults.sorted { $0.offset < $1.offset }.map { $0.description(of: path, bytes) }
  }
}
