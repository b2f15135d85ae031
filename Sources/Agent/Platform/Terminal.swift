// What is known of the terminal and the environment: whether there is one, how wide it is, and whether its owner wants
// no colour (https://no-color.org).
// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The terminal at stdout and stderr.
enum Terminal {
  /// Whether stdin is a terminal.
  static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  /// Whether stdout is a terminal.
  static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether stderr is a terminal.
  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether stdout is a terminal whose owner did not set NO_COLOR to something.
  static var wantsColor: Bool { outputIsTerminal && (environment("NO_COLOR") ?? "").isEmpty }

  /// The columns of the terminal at stdout; nil when there is none. See ioctl_tty(2).
  static var columns: Int? {
    var size = winsize()
    let answer = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size)
    return answer == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
  }

  /// A variable of the environment.
  static func environment(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }

  /// Waits; only for commands that draw frames, never in the agent.
  static func pause(milliseconds: UInt32) { _ = usleep(milliseconds * 1_000) }

  /// Lets a write to a closed pipe or socket fail with EPIPE instead of ending the process.
  static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }
}
