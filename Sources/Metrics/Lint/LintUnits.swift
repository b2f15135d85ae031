// The units that promlint knows in names, each with the one that Prometheus wants.
// SPDX-License-Identifier: Apache-2.0

/// Units in the names of metrics. Source: promlint, "units".
enum LintUnits {
  private static let bases: [String: String] = [
    "amperes": "amperes", "bytes": "bytes", "celsius": "celsius", "grams": "grams", "joules": "joules",
    "kelvin": "kelvin", "meters": "meters", "metres": "metres", "seconds": "seconds", "volts": "volts",
    "minutes": "seconds", "hours": "seconds", "days": "seconds", "weeks": "seconds",
    "kelvins": "kelvin", "fahrenheit": "celsius", "rankine": "celsius",
    "inches": "meters", "yards": "meters", "miles": "meters",
    "bits": "bytes", "calories": "joules", "pounds": "grams", "ounces": "grams",
  ]

  /// `mibi` is promlint's slip for `mebi`; both are found.
  private static let prefixes = [
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mibi", "mebi", "giga",
    "gibi", "tera", "tebi", "peta", "pebi",
  ]

  /// Abbreviations that a name should spell out.
  static let abbreviations: Set<String> = [
    "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d",
  ]

  /// The first unit of a name's words and its base unit, when that is another.
  static func notBase(_ words: [Substring]) -> (unit: String, base: String)? {
    for word in words.map(String.init) {
      let direct = bases[word]
      let prefixed = prefixes.lazy.filter { word.hasPrefix($0) }.compactMap { bases[String(word.dropFirst($0.count))] }
      guard let base = direct ?? prefixed.first else { continue }
      return base == word ? nil : (word, base)
    }
    return nil
  }
}
