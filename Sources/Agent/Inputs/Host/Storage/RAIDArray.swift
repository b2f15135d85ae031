// One array of /proc/mdstat.
// SPDX-License-Identifier: Apache-2.0

/// A software RAID.
struct RAIDArray: Equatable {
  let name: String
  /// The file's word for what it is at: `active`, `inactive`, `recovery`, `resync`, `check`, `reshape`.
  var state: String
  /// Disks wanted, in use, failed, waiting.
  var wanted: UInt64 = 0
  var active: UInt64 = 0
  var failed: UInt64
  var spare: UInt64
  /// Blocks in all, and those in step.
  var blocks: UInt64 = 0
  var synced: UInt64 = 0

  private let disks: UInt64
  private let isStriped: Bool

  /// The arrays of a file; one whose lines are not whole is left out and counted.
  static func parse(_ text: String, _ malformed: inout UInt64) -> [RAIDArray] {
    var arrays: [RAIDArray] = []
    var current: RAIDArray?
    var isWhole = false
    func finish() {
      guard let array = current else { return }
      if isWhole { arrays.append(array) } else { malformed &+= 1 }
      current = nil
      isWhole = false
    }
    for line in text.split(separator: "\n") {
      let isIndented = line.first == " " || line.first == "\t"
      if isIndented {
        if isWhole { current?.takeSync(line) } else { isWhole = current?.takeBlocks(line) ?? false }
        continue
      }
      finish()
      if line.hasPrefix("Personalities") || line.hasPrefix("unused") { continue }
      current = RAIDArray(line)
      if current == nil { malformed &+= 1 }
    }
    finish()
    return arrays
  }

  /// The first line: `md1 : active raid1 sdb2[1] sda2[0](F)`.
  private init?(_ line: Substring) {
    let fields = line.split(separator: " ")
    guard fields.count > 2, fields[1] == ":" else { return nil }
    name = String(fields[0])
    state = String(fields[2])
    func count(_ mark: String) -> UInt64 { UInt64(fields.filter { $0.contains(mark) }.count) }
    failed = count("(F)")
    spare = count("(S)")
    disks = count("[")
    isStriped = fields.contains("raid0") || fields.contains("linear")
  }

  /// The second line: `293055488 blocks super 1.2 [2/1] [_U]`. Arrays without redundancy show no disks there.
  private mutating func takeBlocks(_ line: Substring) -> Bool {
    let fields = line.split(separator: " ")
    guard let blocks = fields.first.flatMap({ UInt64($0) }) else { return false }
    self.blocks = blocks
    synced = blocks
    if isStriped {
      wanted = disks
      active = disks
      return true
    }
    if state == "inactive" { return true }
    for field in fields where field.hasPrefix("[") && field.hasSuffix("]") {
      let counts = field.dropFirst().dropLast().split(separator: "/").map { UInt64($0) }
      guard counts.count == 2, let wanted = counts[0], let active = counts[1] else { continue }
      self.wanted = wanted
      self.active = active
      return true
    }
    return false
  }

  /// A later line: `[==>...]  recovery = 12.6% (37043392/292945152) finish=...`, or `resync=DELAYED`.
  private mutating func takeSync(_ line: Substring) {
    guard let word = ["recovery", "reshape", "resync", "check"].first(where: { line.contains($0) }) else { return }
    state = word
    if line.contains("PENDING") || line.contains("DELAYED") { return synced = 0 }
    for field in line.split(separator: " ") where field.hasPrefix("(") && field.hasSuffix(")") {
      let counts = field.dropFirst().dropLast().split(separator: "/").map { UInt64($0) }
      if counts.count == 2, let done = counts[0] { synced = done }
    }
  }
}
