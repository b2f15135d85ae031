// An error line as the dashboard shows it. Its text is attacker's data: renderers escape it for their medium.
// SPDX-License-Identifier: Apache-2.0

/// One line of a log at level warning or above, kept for people.
struct RecentError: Sendable, Hashable {
  /// When it was read, or its own time when it has one; nanoseconds since 1970.
  let real: UInt64
  /// The service whose log it stood in.
  let service: String
  /// The level as the line said it, in lower case.
  let level: String
  /// Event or message and the exception's last line, cut to a limit.
  let text: String
}
