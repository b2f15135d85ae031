// A stretch of one series' samples, one a tick without a gap, as the differences between them. A difference that repeats
// costs nothing until another comes, so a value that stands still or grows evenly has no bytes at all; others have one to
// three bytes, and at the worst nine.
//
//     0x00–0xBF       a difference, zigzag: 0, -1, 1, -2 … 95
//     0xC0–0xDF + 1   one of 13 bits, less 192
//     0xE0–0xE7 + 2   one of 19 bits
//     0xE8–0xEF + 1–8 one of as many bytes as the low bits say, and one more
//     0xF0–0xFE       the difference before, 1 to 15 times more
//     0xFF + n        the same, by a number of seven bits a byte, the low ones first
//
// What the bytes do not tell, to the end of the stretch, is the last difference again.
// SPDX-License-Identifier: Apache-2.0

/// Samples of one series behind each other.
struct SampleBlock {
  /// The tick of the first sample.
  let start: Int
  /// How many samples there are.
  private(set) var count = 1
  let scale: SampleScale
  private let first: Int64
  private var last: Int64
  private var step: Int64 = 0
  /// How often `step` came again since the bytes' end.
  private var run: UInt64 = 0
  private var bytes: [UInt8] = []

  /// The tick behind the last sample.
  var end: Int { start + count }

  /// Bytes beside the block's own fields.
  var size: Int { bytes.capacity }

  /// A block of one sample, in a scale that fits it.
  init(start: Int, scale: SampleScale, whole: Int64) {
    self.start = start
    self.scale = scale
    first = whole
    last = whole
  }

  /// Appends the sample of the next tick; false when it does not fit, and the block is closed.
  mutating func append(_ value: Double) -> Bool {
    guard let whole = scale.whole(value) else { return false }
    return append(whole)
  }

  /// Appends the last sample once more; false when it does not fit.
  mutating func appendLast() -> Bool { append(last) }

  /// The last sample.
  var lastValue: Double { scale.value(last) }

  @inline(__always) private mutating func append(_ whole: Int64) -> Bool {
    if bytes.count >= Limits.historyBlockBytes { return false }
    let difference = whole &- last
    last = whole
    count += 1
    if difference == step {
      run &+= 1
    } else {
      endRun()
      put(difference)
      step = difference
    }
    return true
  }

  /// Gives back what the bytes have in store beyond what they hold, once nothing more will come.
  mutating func close() {
    if bytes.capacity <= bytes.count + 32 { return }
    var exact: [UInt8] = []
    exact.reserveCapacity(bytes.count)
    exact.append(contentsOf: bytes)
    bytes = exact
  }

  // MARK: Writing

  private mutating func endRun() {
    if run == 0 { return }
    if run < 16 {
      bytes.append(0xEF &+ UInt8(run))
    } else {
      bytes.append(0xFF)
      while run >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: run) | 0x80)
        run >>= 7
      }
      bytes.append(UInt8(truncatingIfNeeded: run))
    }
    run = 0
  }

  private mutating func put(_ difference: Int64) {
    let code = UInt64(bitPattern: (difference << 1) ^ (difference >> 63))
    if code < 0xC0 {
      bytes.append(UInt8(code))
    } else if code < 0xC0 + 0x2000 {
      let rest = code - 0xC0
      bytes.append(0xC0 | UInt8(rest >> 8))
      bytes.append(UInt8(truncatingIfNeeded: rest))
    } else if code < 1 << 19 {
      bytes.append(0xE0 | UInt8(code >> 16))
      bytes.append(UInt8(truncatingIfNeeded: code >> 8))
      bytes.append(UInt8(truncatingIfNeeded: code))
    } else {
      let length = 8 - code.leadingZeroBitCount / 8
      bytes.append(0xE7 &+ UInt8(length))
      for place in 0..<length { bytes.append(UInt8(truncatingIfNeeded: code >> UInt64(8 * place))) }
    }
  }

  // MARK: Reading

  /// Replaces `values` by all samples, oldest first.
  func read(into values: inout [Double]) {
    values.removeAll(keepingCapacity: true)
    var whole = first
    values.append(scale.value(whole))
    var step: Int64 = 0
    var place = 0
    while place < bytes.count, values.count < count {
      let token = bytes[place]
      place += 1
      if token < 0xF0 {
        step = difference(token, &place)
        whole &+= step
        values.append(scale.value(whole))
      } else {
        repeatStep(token < 0xFF ? UInt64(token - 0xEF) : number(&place), step, &whole, into: &values)
      }
    }
    repeatStep(UInt64(count - values.count), step, &whole, into: &values)
  }

  private func repeatStep(_ times: UInt64, _ step: Int64, _ whole: inout Int64, into values: inout [Double]) {
    for _ in 0..<min(times, UInt64(count - values.count)) {
      whole &+= step
      values.append(scale.value(whole))
    }
  }

  private func difference(_ token: UInt8, _ place: inout Int) -> Int64 {
    var code = UInt64(token)
    switch token {
    case ..<0xC0: break
    case ..<0xE0: code = (code & 0x1F) << 8 + UInt64(next(&place)) + 0xC0
    case ..<0xE8:
      code = (code & 7) << 16 | UInt64(next(&place)) << 8
      code |= UInt64(next(&place))
    default:
      let length = UInt64(token - 0xE7)
      code = 0
      for part in 0..<length { code |= UInt64(next(&place)) << (8 * part) }
    }
    return Int64(bitPattern: code >> 1) ^ -Int64(bitPattern: code & 1)
  }

  private func number(_ place: inout Int) -> UInt64 {
    var number: UInt64 = 0
    for part in 0..<10 as Range<UInt64> {
      let byte = next(&place)
      number |= UInt64(byte & 0x7F) << (7 * part)
      if byte < 0x80 { break }
    }
    return number
  }

  private func next(_ place: inout Int) -> UInt8 {
    defer { place += 1 }
    return place < bytes.count ? bytes[place] : 0
  }
}
