// Which distribution this is, from /etc/os-release, or /usr/lib/os-release where the first is missing; see os-release(5):
//
//     PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
//     VERSION_ID="12"
//
// Values are quoted as a shell would have them, without expansions.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// `node_os_info`, `node_os_version`, `node_os_support_end_timestamp_seconds`.
struct OSReleaseSource: HelperSource {
  let name = "os"
  let interval = Limits.rareSourceSeconds
  let paths: KernelPaths

  private static let info = MetricFamily(
    "node_os_info", .gauge, help: "Name and version of the distribution; always 1.")
  private static let version = MetricFamily(
    "node_os_version", .gauge, help: "Major and minor part of the distribution's version, as a number.")
  private static let supportEnd = MetricFamily(
    "node_os_support_end_timestamp_seconds", .gauge, help: "When support of the distribution ends.")
  private static let labels = [
    "build_id", "id", "id_like", "image_id", "image_version", "name", "pretty_name", "variant", "variant_id", "version",
    "version_codename", "version_id",
  ]

  func read(_ reader: inout HelperReader) {
    for file in ["/etc/os-release", "/usr/lib/os-release"] {
      guard let bytes = reader.bytes(paths.root + file) else { continue }
      return add(OSReleaseSource.fields(bytes.span, &reader.report.malformed), &reader)
    }
  }

  private func add(_ fields: [String: String], _ reader: inout HelperReader) {
    func value(_ label: String) -> String { fields[label.uppercased()] ?? "" }
    reader.add(
      OSReleaseSource.info, LabelSet(writingEmpty: OSReleaseSource.labels.map { (name: $0, value: value($0)) }),
      .integer(1))
    if let number = OSReleaseSource.majorMinor(value("version_id")), number > 0 {
      let labels = LabelSet(writingEmpty: ["id", "id_like", "name"].map { ($0, value($0)) })
      reader.add(OSReleaseSource.version, labels, .double(number))
    }
    if let text = fields["SUPPORT_END"] {
      let midnight = Array((text + "T00:00:00Z").utf8)
      if text.utf8.count == 10, let time = Timestamp.nanoseconds(midnight.span, 0..<midnight.count) {
        reader.add(OSReleaseSource.supportEnd, .empty, .unsigned(time / 1_000_000_000))
      } else {
        reader.report.malformed &+= 1
      }
    }
  }

  /// The leading `12` or `12.3` of a version.
  static func majorMinor(_ text: String) -> Double? {
    let major = text.prefix { $0.isASCII && $0.isNumber }
    if major.isEmpty { return nil }
    let rest = text.dropFirst(major.count)
    let minor = rest.first == "." ? rest.dropFirst().prefix { $0.isASCII && $0.isNumber } : ""
    return Double(minor.isEmpty ? String(major) : "\(major).\(minor)")
  }

  /// The assignments of a file; lines that are none are left out and counted.
  static func fields(_ bytes: Span<UInt8>, _ malformed: inout UInt64) -> [String: String] {
    var fields: [String: String] = [:]
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      let text = bytes.string(line)
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if text.allSatisfy({ $0 == " " }) || text.hasPrefix("#") { continue }
      guard parts.count == 2, let key = parts.first, !key.isEmpty, let value = unquoted(parts[1]) else {
        malformed &+= 1
        continue
      }
      fields[String(key)] = value
    }
    return fields
  }

  /// A value without its quotes; nil when they do not close.
  private static func unquoted(_ text: Substring) -> String? {
    guard let quote = text.first, quote == "\"" || quote == "'" else { return String(text) }
    var plain = ""
    var isEscaped = false
    for (offset, character) in text.dropFirst().enumerated() {
      if isEscaped {
        plain.append(character)
        isEscaped = false
      } else if character == "\\" && quote == "\"" {
        isEscaped = true
      } else if character == quote {
        return offset + 2 == text.count ? plain : nil
      } else {
        plain.append(character)
      }
    }
    return nil
  }
}
