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

  /// Writes all of `text` to stdout; ends the process when the reader has gone, with `status`, and with a line on stderr
  /// and 1 when it cannot be written.
  static func write(_ text: String, whenClosed status: Int32 = 0) {
    do throws(SystemError) {
      try write(text, to: STDOUT_FILENO)
    } catch {
      if error.code == EPIPE { exit(status) }
      complain("vitals: stdout: \(error.reason)\n")
      exit(1)
    }
  }

  /// Writes all of `text` to stderr; when nobody hears it, nobody can be told.
  static func complain(_ text: String) { try? write(text, to: STDERR_FILENO) }

  /// Ends the process with a status.
  static func exit(_ status: Int32) -> Never { Glibc.exit(status) }

  /// Writes all of `text` to a descriptor.
  static func write(_ text: String, to descriptor: Int32) throws(SystemError) {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
      start += try system("write") {
        unsafe bytes.withUnsafeBytes {
          unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: start), bytes.count - start)
        }
      }
    }
  }
}
