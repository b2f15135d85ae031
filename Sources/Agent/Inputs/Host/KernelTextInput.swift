// What the inputs have in common that are one kernel file, read whole and parsed from its first line at every sample.
// SPDX-License-Identifier: Apache-2.0

/// An input over one kernel file.
protocol KernelTextInput: Input {
  /// The file.
  var text: KernelText { get }
  /// Forgets the last sample.
  func clear()
  /// Takes the sample from the file's text.
  func parse(_ bytes: Span<UInt8>)
}

extension KernelTextInput {
  var malformedLines: UInt64 { text.malformed }

  func sample(at now: Moment) {
    clear()
    if !text.read() { return }
    let bytes = text.bytes
    parse(bytes.span)
  }
}
