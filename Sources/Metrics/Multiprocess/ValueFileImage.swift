// The bytes of one value file of ours, in memory, as they are to stand on the disk. The file is written with pwrite(2),
// never mapped: a mapped file kills its process when the disk is full or somebody truncates it, and at four writes a
// second a system call costs nothing. What a killed process has written stays, as it would with a mapping.
//
// Numbers are the machine's own, as Python's struct module writes them; every machine that we build for is little-endian.
// Old bytes stay valid at any instant: entries are only appended, and the length in use is written last.
// SPDX-License-Identifier: Apache-2.0

/// One file's content.
struct ValueFileImage: Sendable {
  private(set) var bytes: [UInt8] = [UInt8](repeating: 0, count: ValueFileWalk.head)
  /// What is not on the disk yet.
  private(set) var dirty: Range<Int> = 0..<0
  /// The length in use that the disk has.
  private(set) var writtenUse = 0
  /// Where the value of each key stands.
  private var places: [[UInt8]: Int] = [:]

  init() {}

  /// Begins with the entries of a file that is there, up to the first that is torn.
  init(_ buffer: ReadBuffer) {
    self.init()
    let end = min(buffer.int32(at: 0) ?? 0, buffer.count)
    while bytes.count < end {
      let at = bytes.count
      guard let length = buffer.int32(at: at), length >= 0, length <= end - at - 4 else { break }
      let value = at + 4 + length + (8 - (length + 4) % 8)
      guard value <= end - 16 else { break }
      bytes.append(contentsOf: buffer.bytes(at: at, count: value + 16 - at))
      places[buffer.bytes(at: at + 4, count: length)] = value
    }
    setLength()
    writtenUse = end == bytes.count ? end : 0
    dirty = writtenUse == end ? 0..<0 : bytes.indices
  }

  /// Where the value of a key stands; the key is appended with zero when it is new. Nil past the limit on a file.
  mutating func place(_ key: [UInt8]) -> Int? {
    if let place = places[key] { return place }
    let padding = 8 - (key.count + 4) % 8
    let start = bytes.count
    guard key.count <= MetricsLimits.valueKeyBytes,
      start + 4 + key.count + padding + 16 <= MetricsLimits.valueFileBytes
    else { return nil }
    append(UInt32(key.count))
    bytes.append(contentsOf: key)
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: padding))
    let place = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: 16))
    places[key] = place
    setLength()
    touch(start..<bytes.count)
    return place
  }

  /// The double at a place.
  func value(at place: Int) -> Double {
    var bits: UInt64 = 0
    for index in (0..<8).reversed() { bits = bits << 8 | UInt64(bytes[place + index]) }
    return Double(bitPattern: bits)
  }

  /// Sets the double at a place; false when it is that already.
  @discardableResult mutating func set(_ value: Double, at place: Int) -> Bool {
    if self.value(at: place).bitPattern == value.bitPattern { return false }
    var bits = value.bitPattern
    for index in 0..<8 {
      bytes[place + index] = UInt8(truncatingIfNeeded: bits)
      bits >>= 8
    }
    touch(place..<(place + 8))
    return true
  }

  /// All of it is to be written, to a file that has nothing of it.
  mutating func forgetDisk() {
    writtenUse = 0
    dirty = bytes.indices
  }

  /// Writes what is new to a file: an error's number, or 0.
  mutating func write(to file: borrowing OpenFile) -> Int32 {
    if dirty.isEmpty && writtenUse == bytes.count { return 0 }
    let code = file.write(bytes, max(dirty.lowerBound, ValueFileWalk.head)..<max(dirty.upperBound, ValueFileWalk.head))
    if code != 0 { return code }
    if writtenUse != bytes.count {
      let code = file.write(bytes, 0..<ValueFileWalk.head)
      if code != 0 { return code }
      writtenUse = bytes.count
    }
    dirty = 0..<0
    return 0
  }

  /// Writes what is new of the entries that the file has already, when it can have no more; all stays to be written.
  func rewrite(to file: borrowing OpenFile) -> Int32 {
    file.write(bytes, dirty.clamped(to: ValueFileWalk.head..<max(writtenUse, ValueFileWalk.head)))
  }

  private mutating func touch(_ range: Range<Int>) {
    dirty = dirty.isEmpty ? range : min(dirty.lowerBound, range.lowerBound)..<max(dirty.upperBound, range.upperBound)
  }

  private mutating func setLength() {
    var length = UInt32(truncatingIfNeeded: bytes.count)
    for index in 0..<4 {
      bytes[index] = UInt8(truncatingIfNeeded: length)
      length >>= 8
    }
  }

  private mutating func append(_ number: UInt32) {
    for shift in [UInt32(0), 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
  }
}
