// What one thread has used since it began, and what it does now: from the files of /proc/PID/task/TID, which have the
// forms of a process's own. A file that may not be read, or that this kernel lacks, leaves its figures absent.
// SPDX-License-Identifier: Apache-2.0

/// The figures of one thread.
struct ThreadFigures {
  /// Its name, its state, its CPU time, its page faults, and when it began.
  var stat: ProcessStat
  /// Of these the bytes and the context switches, which are the thread's alone.
  var files = ProcessFigures()
  /// The kernel's function that it sleeps in; empty while it runs, and where it may not be seen.
  var channel = ""

  /// The meaning of the text of a `wchan` file: a name, or `0`. A name that is still the `known` one costs no text of its
  /// own.
  static func channel(_ bytes: Span<UInt8>, known: String) -> String {
    let end = bytes.count > 0 && bytes[bytes.count - 1] == 10 ? bytes.count - 1 : bytes.count
    if bytes.equals(0..<end, "0") { return "" }
    return bytes.equals(0..<end, known) ? known : bytes.string(0..<end)
  }
}
