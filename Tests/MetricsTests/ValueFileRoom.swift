// A temporary directory of value files for a test, and builders of their bytes.
// SPDX-License-Identifier: Apache-2.0
import Foundation

@testable import VitalsMetrics

/// A directory that goes with its owner.
final class ValueFileRoom: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("values-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func put(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path).appendingPathComponent(name))
  }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path).appendingPathComponent(name)))
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

  /// The lines of samples, without the reader's own unless they are asked for.
  func lines(_ files: ValueFiles, own: Bool = false) -> [String] {
    let writer = TextWriter(format: .text)
    files.collect(into: writer)
    return String(decoding: writer.finish(), as: UTF8.self).split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("#") && $0.hasPrefix("vitals_value_files") == own }
  }

  /// Reasons and counts of what was left out.
  func skipped(_ files: ValueFiles) -> [String: Int] {
    var found: [String: Int] = [:]
    for line in lines(files, own: true) {
      if let match = line.firstMatch(of: /skipped\{.*reason="(\w+)"\} (\d+)/) {
        found[String(match.output.1)] = Int(match.output.2)
      }
    }
    return found
  }

  /// A whole file.
  static func file(_ entries: [(key: String, value: Double)], used: Int32? = nil, tail: Int = 64) -> [UInt8] {
    var body = entries.flatMap { entry(Array($0.key.utf8), $0.value) }
    let length = used ?? Int32(body.count + 8)
    body.append(contentsOf: repeatElement(0, count: tail))
    return number(length) + [0, 0, 0, 0] + body
  }

  static func entry(_ key: [UInt8], _ value: Double, length: Int32? = nil, time: Double = 0) -> [UInt8] {
    let padding = [UInt8](repeating: 0x20, count: 8 - (key.count + 4) % 8)
    return number(length ?? Int32(key.count)) + key + padding + double(value) + double(time)
  }

  static func number(_ value: Int32) -> [UInt8] {
    unsafe withUnsafeBytes(of: value) { unsafe [UInt8]($0) }
  }

  static func double(_ value: Double) -> [UInt8] {
    unsafe withUnsafeBytes(of: value.bitPattern) { unsafe [UInt8]($0) }
  }
}
