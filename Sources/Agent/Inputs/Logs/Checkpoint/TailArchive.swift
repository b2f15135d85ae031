// The rest of a log that was rotated and compressed while the agent was down. It is the right file when what it begins
// with is what was read; so it is inflated from its front, and the lines count from where that ends. Other compressed
// files are left alone.
// SPDX-License-Identifier: Apache-2.0

/// One file that was being read, in a compressed form. Not thread-safe.
final class TailArchive {
  /// How a go ended.
  enum Step {
    /// There is more to do.
    case open
    /// It was read to its end.
    case over
    /// None of the candidates is the file.
    case missing
  }

  /// Where the file is left.
  private(set) var saved: SavedFile
  private var candidates: [String]
  private var reader: GzipReader?
  private var name = ""
  private var hashes: [UInt64] = []
  private var proof = TailProof()
  private var cutter = LineCutter()
  private var isFound = false
  private var block: [UInt8] = []

  /// Will look for the rest of `saved` in `candidates`, which are paths.
  init(_ saved: SavedFile, in candidates: [String]) {
    self.saved = saved
    self.candidates = candidates
  }

  /// Whether the file ended inside a line.
  var hasPartialLine: Bool { !cutter.carry.isEmpty }

  /// Inflates at most `budget` bytes, which it lowers; lines behind the saved place go to `batch`.
  func read(_ budget: inout Int, into batch: inout TailBatch) -> Step {
    guard let reader = reader ?? next() else { return .missing }
    let room = isFound ? Int64(Limits.tailBlockBytes) : saved.offset - proof.offset
    do throws(SystemError) {
      try reader.read(into: &block, count: min(budget, Limits.tailBlockBytes, Int(clamping: room)))
    } catch {
      return giveUp(&batch)
    }
    budget -= max(1, block.count)
    if isFound { return take(&batch) }
    if block.isEmpty { return giveUp(&batch) }
    compare()
    if proof.offset == saved.offset {
      if hashes != saved.print.parts.map(\.hash) { return giveUp(&batch) }
      isFound = true
      cutter = LineCutter(skipping: saved.isInside)
      batch.events.append(.found(name))
    }
    return .open
  }

  /// Counts lines of what was inflated.
  private func take(_ batch: inout TailBatch) -> Step {
    if block.isEmpty {
      if reader?.isBroken == true { return giveUp(&batch) }
      return .over
    }
    cutter.add(block, to: &batch)
    proof.add(block)
    batch.readBytes &+= UInt64(block.count)
    var kept = proof
    kept.withdraw(cutter.carry.count)
    saved = SavedFile(
      identity: saved.identity, offset: kept.offset, read: proof.offset, size: max(saved.size, proof.offset),
      modified: saved.modified, began: saved.began, isInside: cutter.isSkipping, evidence: .bytes(kept))
    return .open
  }

  /// One that breaks off behind the saved place is the file all the same: what was read of it counts, the rest is lost.
  private func giveUp(_ batch: inout TailBatch) -> Step {
    reader = nil
    if isFound { return .missing }
    return candidates.isEmpty ? .missing : .open
  }

  /// Opens the next candidate that is compressed.
  private func next() -> GzipReader? {
    while !candidates.isEmpty {
      name = candidates.removeFirst()
      reader = (try? GzipReader(name)) ?? nil
      if reader == nil { continue }
      hashes = Array(repeating: TailPrint.seed, count: saved.print.parts.count)
      proof = TailProof()
      return reader
    }
    return nil
  }

  /// Takes bytes before the saved place.
  private func compare() {
    let start = proof.offset
    proof.add(block)
    for (index, part) in saved.print.parts.enumerated() where part.start < proof.offset && part.end > start {
      let range = Int(max(part.start, start) - start)..<Int(min(part.end, proof.offset) - start)
      TailPrint.hash(block[range], into: &hashes[index])
    }
  }
}
