// What kind of processors these are, from /proc/cpuinfo; off unless `--collect` asks for it, as in node_exporter, because
// the kernel may ask every core for its frequency while it writes the file:
//
//     processor	: 0
//     model name	: Intel(R) Xeon(R) Processor
//     flags		: fpu vme de
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_cpu_info` and `node_cpu_frequency_hertz`, or `node_cpu_flag_info` and `node_cpu_bug_info`.
struct CPUInfoSource: HelperSource {
  /// Which of the file's parts.
  enum Part: String {
    case processors = "cpuinfo"
    case flags = "cpuflags"
  }

  let paths: KernelPaths
  let part: Part
  var name: String { part.rawValue }
  var interval: Double { Limits.rareSourceSeconds }

  init(paths: KernelPaths, _ part: Part) {
    self.paths = paths
    self.part = part
  }

  private static let info = MetricFamily("node_cpu_info", .gauge, help: "Kind of a processor; always 1.")
  private static let frequency = MetricFamily(
    "node_cpu_frequency_hertz", .gauge, help: "Frequency of a processor as /proc/cpuinfo has it.")
  private static let flag = MetricFamily(
    "node_cpu_flag_info", .gauge, help: "What the first processor can do; always 1.")
  private static let bug = MetricFamily(
    "node_cpu_bug_info", .gauge, help: "Known faults of the first processor; always 1.")
  /// The labels, and the keys that they have on x86-64 and arm64.
  private static let labels: [(label: String, keys: [String])] = [
    ("package", ["physical id"]), ("core", ["core id"]), ("cpu", ["processor"]),
    ("vendor", ["vendor_id", "CPU implementer"]), ("family", ["cpu family"]), ("model", ["model"]),
    ("model_name", ["model name"]), ("microcode", ["microcode"]), ("stepping", ["stepping"]),
    ("cachesize", ["cache size"]),
  ]

  func read(_ reader: inout HelperReader) {
    guard let bytes = reader.bytes(paths.proc + "/cpuinfo") else { return }
    let processors = CPUInfoSource.processors(String(decoding: bytes, as: UTF8.self))
    switch part {
    case .flags:
      for (family, label, keys) in [
        (CPUInfoSource.flag, "flag", ["flags", "Features"]), (CPUInfoSource.bug, "bug", ["bugs"]),
      ] {
        let words = keys.lazy.compactMap { processors.first?[$0] }.first ?? ""
        for word in words.split(separator: " ") {
          reader.add(family, LabelSet([(label, String(word))]), .integer(1))
        }
      }
    case .processors:
      for processor in processors { add(processor, &reader) }
    }
  }

  private func add(_ processor: [String: String], _ reader: inout HelperReader) {
    let labels = CPUInfoSource.labels.map { label, keys in
      (name: label, value: keys.lazy.compactMap { processor[$0] }.first ?? "")
    }
    reader.add(CPUInfoSource.info, LabelSet(writingEmpty: labels), .integer(1))
    if let text = processor["cpu MHz"], let megahertz = Double(text), megahertz.isFinite {
      reader.add(CPUInfoSource.frequency, LabelSet(writingEmpty: Array(labels.prefix(3))), .double(megahertz * 1e6))
    }
  }

  /// The fields of each processor; a line `processor` begins one.
  static func processors(_ text: String) -> [[String: String]] {
    var processors: [[String: String]] = []
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let key = line[..<colon].split(whereSeparator: { $0 == "\t" }).joined()
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      if key == "processor" { processors.append([:]) }
      if !processors.isEmpty { processors[processors.count - 1][key] = String(value) }
    }
    return processors
  }
}
