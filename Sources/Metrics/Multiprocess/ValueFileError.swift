// Why a service's values could not be written to files. Values themselves are never refused.
// SPDX-License-Identifier: Apache-2.0

/// Why value files could not be written.
public enum ValueFileError: Error, Hashable, CustomStringConvertible {
  /// The directory is not there, is none, or may not be listed; with the number of errno(3).
  case directory(String, code: Int32)
  /// A file could not be made or written, as on a full disk; with the number of errno(3).
  case write(String, code: Int32)
  /// This process writes the directory already: its files are named after the process, and two writers would mix theirs.
  case inUse(String)
  /// The system gives no thread to write with; with the number of errno(3).
  case thread(code: Int32)

  /// One sentence.
  public var description: String {
    switch self {
    case .directory(let path, let code): "value files: directory '\(path)' cannot be opened (errno \(code))"
    case .write(let path, let code): "value files: '\(path)' cannot be written (errno \(code))"
    case .inUse(let path): "value files: this process has a writer for '\(path)' already"
    case .thread(let code): "value files: no thread to write with (errno \(code))"
    }
  }
}
