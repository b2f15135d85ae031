// How the C library's heap is laid out. By default each thread gets an arena of its own, up to eight a core, and what one
// thread allocates and another frees stays in the first one's: batches of log lines go from helpers to the loop like that.
// The helpers mostly wait, so that one arena for all costs nothing and has half as much unused.
// SPDX-License-Identifier: Apache-2.0
import CVitalsAgent

/// The process's heap.
enum Heap {
  /// Has all threads share one arena. To be called before there are any; see mallopt(3), M_ARENA_MAX.
  static func shareArena() { _ = mallopt(M_ARENA_MAX, 1) }
}
