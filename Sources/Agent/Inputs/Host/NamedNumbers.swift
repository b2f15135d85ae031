// Figures of the machine as a whole, one series a name, whose names are the kernel's own: a family is made when its name
// comes first and keeps its place, so that a sample is a number written to a place.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// Families of one series each, by name.
struct NamedNumbers {
  private var families: [MetricFamily] = []
  private var values: [UInt64?] = []
  private var places: [String: Int] = [:]

  /// The place of a name, which `make` describes when it is new; nil past ``Limits/hostKeys`` names.
  mutating func place(of name: String, make: () -> MetricFamily) -> Int? {
    if let place = places[name] { return place }
    if families.count >= Limits.hostKeys { return nil }
    places[name] = families.count
    families.append(make())
    values.append(nil)
    return families.count - 1
  }

  /// Whether a name that was made of the kernel's words may be a metric's.
  static func isName(_ name: String) -> Bool {
    name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }

  /// Forgets all values.
  mutating func clear() { for place in values.indices { values[place] = nil } }

  /// Sets a value; false when it has one since ``clear()``: the first one stands.
  mutating func set(_ place: Int, _ value: UInt64) -> Bool {
    if values[place] != nil { return false }
    values[place] = value
    return true
  }

  /// Writes what has a value.
  func collect(into sink: any SampleSink) {
    let families = families.span
    for place in families.indices {
      guard let value = values[place] else { continue }
      sink.family(families[place])
      sink.sample(.empty, .unsigned(value))
    }
  }
}
