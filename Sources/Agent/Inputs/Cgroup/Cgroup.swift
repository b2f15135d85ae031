// One cgroup under its path, with its figures of the last look. In version 1 the directories of one path in several trees
// are one cgroup, as cAdvisor has it.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// A cgroup that is looked at.
final class Cgroup {
  /// Its path as the agent sees it.
  let id: String
  let parts: [CgroupPart]
  /// Its labels, by ``CgroupLabels``.
  let labels: CgroupLabels
  private let files: [(file: CgroupFile, hasMembers: Bool)]
  private(set) var values = CgroupValues()
  private(set) var traffic: CgroupTraffic
  /// When any of its files could be read last.
  private(set) var seen: Moment?
  /// Whether the last look found any of its files.
  private(set) var isThere = true

  /// `spare` descriptors may be kept open; what is taken is subtracted.
  init(id: String, parts: [CgroupPart], labels: CgroupLabels, names: BlockNames, spare: inout Int) {
    self.id = id
    self.parts = parts
    self.labels = labels
    traffic = CgroupTraffic(labels: labels.plain, names: names)
    var files: [(CgroupFile, Bool)] = []
    for part in parts {
      for source in CgroupSource.all(part.resource, isUnified: part.isUnified) {
        if !part.hasMembers, case .members = source.reach { continue }
        let keepsOpen = !source.isSlow && spare > 0
        if keepsOpen { spare -= 1 }
        files.append((CgroupFile(source, in: part.directory, keepsOpen: keepsOpen), part.hasMembers))
      }
    }
    self.files = files
  }

  /// Descriptors that it may keep open.
  var openFiles: Int { files.reduce(0) { $0 + ($1.file.source.isSlow ? 0 : 1) } }

  /// Reads the files that are due; returns how many lines were not of the expected form.
  func sample(at now: Moment, _ buffer: inout [UInt8]) -> UInt64 {
    var malformed: UInt64 = 0
    traffic.begin()
    isThere = false
    for (file, hasMembers) in files where file.isDue(now) {
      for figure in file.source.figures { values[figure] = nil }
      if !hasMembers, case .limited = file.source.reach, values.limit(.memoryLimit) == nil { continue }
      if !file.read(into: &buffer, at: now) { continue }
      seen = now
      isThere = true
      malformed &+= file.source.form.parse(buffer.span, into: &values, &traffic)
    }
    traffic.end()
    values.derive()
    return malformed
  }
}
