// What differs between the inputs that read tables on a helper thread: which file or tree, what its rows mean. All that
// is the same (the thread, its time limit, label sets that stay, the limit of rows) is in `TableInput`.
// SPDX-License-Identifier: Apache-2.0

/// A source of tables, read on a helper thread.
protocol TableSource: Sendable {
  /// The input's name, as node_exporter calls its collector.
  var name: String { get }
  /// The tables' families.
  var shapes: [TableShape] { get }
  /// The file or directory without which there is nothing to read; it must be one that can be asked for without waiting.
  var path: String? { get }
  /// Reads everything anew; may block.
  func read() -> TableReading
}

extension TableSource {
  var path: String? { nil }
}
