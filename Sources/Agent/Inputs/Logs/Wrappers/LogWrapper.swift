// How container runtimes write what a container says: each line of it inside a line of their own.
// SPDX-License-Identifier: Apache-2.0

/// A runtime's way of writing a container's lines.
enum LogWrapper: Hashable, Sendable, CaseIterable {
  /// Docker's `json-file`: `{"log":"...\n","stream":"stdout","time":"..."}`; of a line past 16 KiB all but the last part
  /// are without the `\n`.
  case docker
  /// What Kubernetes asks of containerd and CRI-O: `TIME stdout F ...`, with `P` for all but the last part.
  case cri

  /// Its name for people.
  var name: String {
    switch self {
    case .docker: "Docker's json-file"
    case .cri: "CRI"
    }
  }
}
