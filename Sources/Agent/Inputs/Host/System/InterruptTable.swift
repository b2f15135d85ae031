// Interrupts from /proc/interrupts and softirqs from /proc/softirqs, a column a core:
//
//                CPU0       CPU1
//      32:      11507          0 PCI-MSIX-0000:00:01.0   4-edge      virtio0-reporting_vq
//     LOC:    3554059    3615887   Local timer interrupts
//     ERR:          0
//
// A large machine has a thousand kinds and hundreds of cores: a series for each pair, as node_exporter has when told to,
// would be half a million. Here are the totals by core and the totals by kind; softirqs, of which there are ten kinds, are
// whole, up to the limit on rows at some 400 cores, and under node_exporter's name. The files are long on such machines
// and read on a helper thread.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `vitals_cpu_interrupts_total`, `vitals_interrupts_total`, `node_softirqs_functions_total`.
struct InterruptTable: TableSource {
  let name = "interrupts"
  private let proc: String

  init(paths: KernelPaths) { proc = paths.proc }

  private static let byCore = TableShape(
    labels: ["cpu"],
    families: [
      MetricFamily("vitals_cpu_interrupts_total", .counter, help: "Interrupts that a core took, of all kinds.")
    ])
  private static let byKind = TableShape(
    labels: ["type", "info", "devices"],
    families: [
      MetricFamily("vitals_interrupts_total", .counter, help: "Interrupts of a kind, on all cores together.")
    ])
  private static let softirqs = TableShape(
    labels: ["cpu", "type"],
    families: [
      MetricFamily("node_softirqs_functions_total", .counter, help: "Softirqs by core and kind.")
    ])

  var shapes: [TableShape] { [InterruptTable.byCore, InterruptTable.byKind, InterruptTable.softirqs] }

  func read() -> TableReading {
    TableReading(
      joining: TableReading(of: proc + "/interrupts", tables: 2) { InterruptTable.interrupts($0) },
      TableReading(of: proc + "/softirqs") { InterruptTable.softirqs($0) })
  }

  /// Both tables of /proc/interrupts.
  static func interrupts(_ bytes: Span<UInt8>) -> TableReading {
    var matrix = CoreMatrix(bytes)
    var sums = [UInt64](repeating: 0, count: matrix.cores.count)
    var kinds: [TableRow] = []
    while let row = matrix.next(bytes) {
      // A kind that is not counted by core, such as errors, has one number.
      if row.values.count == sums.count { for (core, value) in row.values.enumerated() { sums[core] &+= value } }
      let total = row.values.reduce(UInt64(0)) { $0 &+ $1 }
      kinds.append(TableRow(keys: [row.name] + details(row, bytes), values: [.unsigned(total)]))
    }
    let cores = zip(matrix.cores, sums).map { TableRow(keys: [$0], values: [.unsigned($1)]) }
    return TableReading([kinds.isEmpty ? [] : cores, kinds], malformed: matrix.malformed)
  }

  /// What stands behind the numbers: of a numbered interrupt the controller and the devices, else a description.
  private static func details(_ row: CoreMatrix.Row, _ bytes: Span<UInt8>) -> [String] {
    var words: [String] = []
    var fields = Splitter.fields(row.rest)
    while let field = fields.next(in: bytes) { words.append(bytes.string(field)) }
    let isNumber = row.name.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    if !isNumber { return [words.joined(separator: " "), ""] }
    return [words.first ?? "", words.dropFirst().joined(separator: " ")]
  }

  /// The table of /proc/softirqs.
  static func softirqs(_ bytes: Span<UInt8>) -> TableReading {
    var matrix = CoreMatrix(bytes)
    var rows: [TableRow] = []
    while let row = matrix.next(bytes) {
      if row.values.count != matrix.cores.count {
        matrix.malformed &+= 1
        continue
      }
      for (core, value) in zip(matrix.cores, row.values) {
        rows.append(TableRow(keys: [core, row.name], values: [.unsigned(value)]))
      }
    }
    return TableReading([rows], malformed: matrix.malformed)
  }
}
