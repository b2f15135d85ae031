// How a reader of value files knows which writers still run. The files carry no more than a number, which may be no
// process id, be one of another container, or have gone to another process since; so the default asks for proof.
// SPDX-License-Identifier: Apache-2.0

/// What tells a running worker from one that has ended.
public enum WorkerLiveness: Sendable, Hashable {
  /// A file's number is believed to be a process id once one of the directory's files was seen held open by the very
  /// process that its name says: then the directory's writers live in this namespace of process ids, and a worker whose
  /// process is gone, or does not hold its files, has ended. Until then, and wherever /proc does not tell, workers
  /// count as running.
  case proven
  /// The numbers are process ids of this namespace: a worker whose process is gone has ended.
  case processIDs
  /// The numbers are no process ids, as with a `process_identifier` of the service's own, or uWSGI's worker ids: all
  /// workers count as running.
  case unknown
}
