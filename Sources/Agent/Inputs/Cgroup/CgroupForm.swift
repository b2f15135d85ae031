// How the files of cgroups are written, and their parsers. Examples, in the order of the cases:
//
//     max                                                      memory.max
//     nr_throttled 12                                          cpu.stat
//     200000 100000                                            cpu.max
//     some avg10=0.28 avg60=0.08 avg300=0.01 total=2361135     memory.pressure
//     8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0   io.stat
//     8:0 Read 4096                                            blkio.throttle.io_service_bytes_recursive
//
// See the kernel's Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/. What is not of the form is counted and left out.
// SPDX-License-Identifier: Apache-2.0

/// The form of a file.
enum CgroupForm: Sendable {
  case number(CgroupFigure)
  /// Version 2's share of the CPU, taken for version 1's.
  case weight
  case keyed([CgroupKey])
  case quotaAndPeriod
  case pressure(some: CgroupFigure, full: CgroupFigure)
  case devices
  case operations(read: CgroupTraffic.Figure, write: CgroupTraffic.Figure)

  /// The figures that it fills.
  var figures: [CgroupFigure] {
    switch self {
    case .number(let figure): [figure]
    case .weight: [.shares]
    case .keyed(let keys): keys.map(\.figure)
    case .quotaAndPeriod: [.quota, .period]
    case .pressure(let some, let full): [some, full]
    case .devices, .operations: []
    }
  }

  /// Takes the figures out of a file's text; returns how many lines were not of the form.
  func parse(_ bytes: Span<UInt8>, into values: inout CgroupValues, _ traffic: inout CgroupTraffic) -> UInt64 {
    var malformed: UInt64 = 0
    var lines = Splitter.lines(bytes)
    while let line = lines.next(in: bytes) {
      let isWhole =
        switch self {
        case .number(let figure): CgroupForm.number(line, bytes, figure, &values)
        case .weight: CgroupForm.weight(line, bytes, &values)
        case .keyed(let keys): CgroupForm.keyed(line, bytes, keys, &values)
        case .quotaAndPeriod: CgroupForm.quota(line, bytes, &values)
        case .pressure(let some, let full): CgroupForm.pressure(line, bytes, some, full, &values)
        case .devices: traffic.parseDevice(line, bytes)
        case .operations(let read, let write): traffic.parseOperation(line, bytes, read, write)
        }
      if !isWhole { malformed &+= 1 }
    }
    return malformed
  }

  private static func number(
    _ line: Range<Int>, _ bytes: Span<UInt8>, _ figure: CgroupFigure, _ values: inout CgroupValues
  ) -> Bool {
    values[figure] = limit(line, bytes)
    return values[figure] != nil
  }

  /// 1 to 10000 are spread over 2 to 262144, as the runtimes do it, so that 100 is 2597 and not the 1024 it was made of.
  private static func weight(_ line: Range<Int>, _ bytes: Span<UInt8>, _ values: inout CgroupValues) -> Bool {
    let weight = bytes.unsigned(line).flatMap { (1...10_000).contains($0) ? $0 : nil }
    values[.shares] = weight.map { 2 + ($0 - 1) * 262_142 / 9_999 }
    return weight != nil
  }

  /// A number, `max`, or the -1 of version 1.
  private static func limit(_ range: Range<Int>, _ bytes: Span<UInt8>) -> UInt64? {
    if bytes.equals(range, "max") || bytes.equals(range, "-1") { return CgroupValues.unlimited }
    return bytes.unsigned(range)
  }

  private static func keyed(
    _ line: Range<Int>, _ bytes: Span<UInt8>, _ keys: [CgroupKey], _ values: inout CgroupValues
  ) -> Bool {
    var fields = Splitter.fields(line)
    guard let name = fields.next(in: bytes) else { return true }
    for key in keys where bytes.equals(name, key.name) {
      let value = fields.next(in: bytes).flatMap { bytes.unsigned($0) }
      values[key.figure] = value.flatMap { scaled($0, by: key.scale) }
      return values[key.figure] != nil
    }
    return true
  }

  private static func quota(_ line: Range<Int>, _ bytes: Span<UInt8>, _ values: inout CgroupValues) -> Bool {
    var fields = Splitter.fields(line)
    guard let quota = fields.next(in: bytes).flatMap({ limit($0, bytes) }),
      let period = fields.next(in: bytes).flatMap({ bytes.unsigned($0) })
    else { return false }
    values[.quota] = quota
    values[.period] = period
    return true
  }

  private static func pressure(
    _ line: Range<Int>, _ bytes: Span<UInt8>, _ some: CgroupFigure, _ full: CgroupFigure, _ values: inout CgroupValues
  ) -> Bool {
    var fields = Splitter.fields(line)
    guard let kind = fields.next(in: bytes) else { return false }
    let figure: CgroupFigure? = bytes.equals(kind, "some") ? some : bytes.equals(kind, "full") ? full : nil
    guard let figure else { return false }
    while let field = fields.next(in: bytes) {
      if field.count > 6, bytes.equals(field.lowerBound..<field.lowerBound + 6, "total=") {
        let micros = bytes.unsigned(field.lowerBound + 6..<field.upperBound)
        values[figure] = micros.flatMap { CgroupForm.scaled($0, by: 1_000) }
        return values[figure] != nil
      }
    }
    return false
  }

  private static func scaled(_ value: UInt64, by scale: UInt64) -> UInt64? {
    let (result, overflow) = value.multipliedReportingOverflow(by: scale)
    return overflow ? nil : result
  }
}
