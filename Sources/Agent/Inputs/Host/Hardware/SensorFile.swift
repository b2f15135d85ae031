// The name of a sensor's file: letters, a number, and what of the sensor it is: `temp1_input`, `pwm2`, `update_interval`.
// SPDX-License-Identifier: Apache-2.0

/// One file of a sensor.
struct SensorFile: Equatable {
  /// What is measured, such as `temp`.
  let type: String
  /// The type and its number, such as `temp1`; 0 where there is none.
  let sensor: String
  /// What of it, such as `input`; empty for the sensor itself.
  let property: String

  private static let types: Set<String> = [
    "vrm", "beep_enable", "update_interval", "in", "cpu", "fan", "pwm", "temp", "curr", "power", "energy", "humidity",
    "intrusion", "freq",
  ]

  /// Takes a name apart; nil for what is no sensor's.
  init?(_ name: String) {
    func isDigit(_ byte: UInt8) -> Bool { 48...57 ~= byte }
    let bytes = name.utf8
    let type = String(decoding: bytes.prefix { !isDigit($0) }, as: UTF8.self)
    let digits = String(decoding: bytes.drop { !isDigit($0) }.prefix(while: isDigit), as: UTF8.self)
    let rest = String(decoding: bytes.drop { !isDigit($0) }.drop(while: isDigit), as: UTF8.self)
    guard SensorFile.types.contains(type), rest.isEmpty || (rest.hasPrefix("_") && rest.utf8.count > 1),
      let number = digits.isEmpty ? 0 : Int(digits)
    else { return nil }
    self.type = type
    sensor = type + String(number)
    property = String(rest.dropFirst())
  }
}
