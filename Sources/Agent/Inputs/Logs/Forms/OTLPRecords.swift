// Lines of OTLP in JSON, as the collector's and the SDKs' file exporters write them: any number of records in a line, and
// attributes as a list of keys and typed values.
//
//     {"resourceLogs":[{"resource":{...},"scopeLogs":[{"scope":{...},"logRecords":[
//       {"timeUnixNano":"1795271568777911808","severityNumber":9,"body":{"stringValue":"request"},
//        "attributes":[{"key":"http.route","value":{"stringValue":"/orders"}}],"traceId":"0f33..."}]}]}]}
//
// SPDX-License-Identifier: Apache-2.0

/// Takes such lines apart.
enum OTLPRecords {
  private static let opening: StaticString = "{\"resourceLogs\""

  /// Whether a line is one.
  static func isOne(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let end = range.lowerBound + opening.utf8CodeUnitCount
    return end <= range.upperBound && bytes.equals(range.lowerBound..<end, opening)
  }

  /// Where the records of a line stand.
  static func find(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(JSONFailure) -> [Range<Int>] {
    var records: [Range<Int>] = []
    for resource in try objects(bytes, range, "resourceLogs") {
      for scope in try objects(bytes, resource, "scopeLogs") {
        records += try objects(bytes, scope, "logRecords")
      }
    }
    return records
  }

  /// Reads one record into `fields`.
  static func read(
    _ bytes: Span<UInt8>, _ record: Range<Int>, into fields: inout LineFields
  ) throws(JSONFailure) {
    fields.reset()
    var members = JSONScanner(record)
    while let member = try members.next(in: bytes) {
      if case .object(let inner) = member.value {
        fields.take(bytes, key: member.key.range, try value(bytes, inner))
      } else {
        fields.take(bytes, key: member.key.range, LogValue(member.value))
      }
    }
    for pair in try objects(bytes, record, "attributes") { try attribute(bytes, pair, &fields) }
  }

  /// The objects in the array that an object has under `key`.
  private static func objects(
    _ bytes: Span<UInt8>, _ object: Range<Int>, _ key: StaticString
  ) throws(JSONFailure) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var members = JSONScanner(object)
    while let member = try members.next(in: bytes) {
      guard case .array(let array) = member.value, bytes.equals(member.key, key) else { continue }
      var elements = JSONElements(array)
      while let element = elements.next(in: bytes) {
        if bytes[element.lowerBound] == UInt8(ascii: "{") { found.append(element) }
      }
    }
    return found
  }

  private static func attribute(
    _ bytes: Span<UInt8>, _ pair: Range<Int>, _ fields: inout LineFields
  ) throws(JSONFailure) {
    var key: JSONText?
    var found = LogValue.none
    var members = JSONScanner(pair)
    while let member = try members.next(in: bytes) {
      if case .string(let text) = member.value, bytes.equals(member.key, "key") { key = text }
      if case .object(let inner) = member.value, bytes.equals(member.key, "value") { found = try value(bytes, inner) }
    }
    if let key, key.isPlain { fields.take(bytes, key: key.range, found) }
  }

  /// The value of `{"stringValue": "x"}`, whatever its type.
  private static func value(_ bytes: Span<UInt8>, _ object: Range<Int>) throws(JSONFailure) -> LogValue {
    var members = JSONScanner(object)
    return LogValue(try members.next(in: bytes)?.value ?? .null)
  }
}
