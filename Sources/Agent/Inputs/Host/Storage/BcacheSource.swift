// Caches of block devices, from /sys/fs/bcache/UUID. Sizes are written for people (`1.2k`): a number, sometimes a point
// and a second one from 0 to 1023 divided by 100, and a power of 1024; so they are coarse. `priority_stats` is left out,
// as in node_exporter, because the kernel walks the whole cache for it. See Documentation/admin-guide/bcache.rst.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_bcache_*`.
struct BcacheSource: HelperSource {
  let name = "bcache"
  let paths: KernelPaths
  private var root: String { paths.sys + "/fs/bcache" }
  var places: [String] { [root] }

  init(paths: KernelPaths) { self.paths = paths }

  private static func row(
    _ file: String, _ name: String, _ type: MetricType = .gauge, scale: Double? = nil, help: String
  ) -> DeviceAttribute {
    DeviceAttribute(file, "node_bcache_" + name, type, scale: scale, help: help)
  }

  private static let set = [
    row("average_key_size", "average_key_size_sectors", help: "Sectors of data by key of the tree."),
    row("btree_cache_size", "btree_cache_size_bytes", help: "Memory of the tree's cache."),
    row("cache_available_percent", "cache_available_percent", help: "Share of the cache without dirty data."),
    row("congested", "congested", help: "Whether the cache is congested."),
    row("root_usage_percent", "root_usage_percent", help: "How full the tree's root is."),
    row("tree_depth", "tree_depth", help: "Depth of the tree."),
    row(
      "internal/active_journal_entries", "active_journal_entries", help: "Entries of the journal newer than the index."),
    row("internal/btree_nodes", "btree_nodes", help: "Nodes of the tree."),
    row(
      "internal/btree_read_average_duration_us", "btree_read_average_duration_seconds", scale: 1e-9,
      help: "Time of a read of the tree."),
    row(
      "internal/cache_read_races", "cache_read_races_total", .counter, help: "Reads whose place was reused meanwhile."),
  ]
  private static let backing = [
    row("dirty_data", "dirty_data_bytes", help: "Data that is not on the backing device yet."),
    row("stats_total/bypassed", "bypassed_bytes_total", .counter, help: "Data that went past the cache."),
    row("stats_total/cache_hits", "cache_hits_total", .counter, help: "Requests that the cache had."),
    row("stats_total/cache_misses", "cache_misses_total", .counter, help: "Requests that the cache did not have."),
    row(
      "stats_total/cache_bypass_hits", "cache_bypass_hits_total", .counter, help: "Requests past the cache that it had."
    ),
    row(
      "stats_total/cache_bypass_misses", "cache_bypass_misses_total", .counter,
      help: "Requests past the cache that it did not have."),
    row(
      "stats_total/cache_miss_collisions", "cache_miss_collisions_total", .counter,
      help: "Misses whose data was written meanwhile."),
    row("stats_total/cache_readaheads", "cache_readaheads_total", .counter, help: "Reads ahead."),
  ]
  private static let cache = [
    row("io_errors", "io_errors", help: "Recent errors, which fade."),
    row("metadata_written", "metadata_written_bytes_total", .counter, help: "Bytes written that are no data."),
    row("written", "written_bytes_total", .counter, help: "Bytes of data written to the cache."),
  ]
  /// The lines of `writeback_rate_debug`.
  private static let writeback = [
    row("target", "dirty_target_bytes", help: "Dirty data that is aimed at."),
    row("rate", "writeback_rate", help: "Bytes a second written back."),
    row("proportional", "writeback_rate_proportional_term", help: "Proportional part of the rate's controller."),
    row("integral", "writeback_rate_integral_term", help: "Integral part of the rate's controller."),
    row("change", "writeback_change", help: "Last change of the rate."),
  ]

  func read(_ reader: inout HelperReader) {
    for uuid in reader.names(root) where uuid.contains("-") {
      let folder = "\(root)/\(uuid)"
      add(BcacheSource.set, folder, LabelSet([("uuid", uuid)]), &reader)
      for (device, _) in reader.numbered("bdev", in: folder) {
        let labels = LabelSet([("uuid", uuid), ("backing_device", device)])
        add(BcacheSource.backing, "\(folder)/\(device)", labels, &reader)
        addWriteback("\(folder)/\(device)/writeback_rate_debug", labels, &reader)
      }
      for (device, _) in reader.numbered("cache", in: folder) {
        let labels = LabelSet([("uuid", uuid), ("cache_device", device)])
        add(BcacheSource.cache, "\(folder)/\(device)", labels, &reader)
      }
    }
  }

  private func add(
    _ attributes: [DeviceAttribute], _ folder: String, _ labels: LabelSet, _ reader: inout HelperReader
  ) {
    for attribute in attributes {
      guard let text = reader.words("\(folder)/\(attribute.file)") else { continue }
      add(attribute, text, labels, &reader)
    }
  }

  private func add(
    _ attribute: DeviceAttribute, _ text: some StringProtocol, _ labels: LabelSet, _ reader: inout HelperReader
  ) {
    guard let value = BcacheSource.number(text) else { return reader.report.malformed &+= 1 }
    // Reads ahead were taken out of the kernel in 5.13; node_exporter shows none that is zero.
    if attribute.family.name.hasSuffix("readaheads_total"), value == 0 { return }
    reader.add(attribute.family, labels, attribute.scaled(.double(value)))
  }

  private func addWriteback(_ path: String, _ labels: LabelSet, _ reader: inout HelperReader) {
    for line in (reader.text(path) ?? "").split(separator: "\n") {
      let parts = line.split(separator: ":")
      guard let attribute = BcacheSource.writeback.first(where: { $0.file == parts.first ?? "" }) else { continue }
      let text = parts.dropFirst().first?.split(whereSeparator: { $0 == " " || $0 == "\t" }).last ?? ""
      add(attribute, text.hasSuffix("/sec") ? text.dropLast(4) : text, labels, &reader)
    }
  }

  /// A size as the kernel writes it for people, such as `-1.5k`; bytes, without a fraction.
  static func number(_ text: some StringProtocol) -> Double? {
    let isNegative = text.hasPrefix("-")
    var digits = isNegative ? text.dropFirst() : text[...]
    var unit = 1.0
    if let last = digits.last, let power = "kMGTPEZY".firstIndex(of: last) {
      for _ in 0...("kMGTPEZY".distance(from: "kMGTPEZY".startIndex, to: power)) { unit *= 1_024 }
      digits = digits.dropLast()
    }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false).map { UInt32($0) }
    guard parts.count < 3, let whole = parts.first ?? nil, let part = parts.count == 2 ? parts[1] : 0 else {
      return nil
    }
    let value = ((Double(whole) + Double(part) / 10.24) * unit).rounded(.down)
    return isNegative ? -value : value
  }
}
