// stdout and stderr for the commands that talk to a person and then end; the agent itself logs through StderrLog. A
// closed pipe (`vitals dashboard | head -1`) is a reader who has seen enough: a success.
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The standard streams.
enum Standard {
  /// Opens /dev/null where a standard stream is closed, before anything else is opened: the next file would become the
  /// stream, and when that is a client's socket, it would be sent the agent's log.
  static func reserve() {
    // open(2) gives the lowest free number, which is this one.
    for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 {
      _ = unsafe open("/dev/null", O_RDWR)
    }
  }

  /// Writes all of `text` to stdout; ends the process when the reader has gone.
  static func write(_ text: String) { write(text, to: STDOUT_FILENO) }

  /// Writes all of `text` to stderr.
  static func complain(_ text: String) { write(text, to: STDERR_FILENO) }

  /// Ends the process with a status.
  static func exit(_ status: Int32) -> Never { Glibc.exit(status) }

  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: start), bytes.count - start)
      }
      if count < 0, errno == EINTR { continue }
      if count < 0 { Glibc.exit(errno == EPIPE ? 0 : 1) }
      start += count
    }
  }
}
