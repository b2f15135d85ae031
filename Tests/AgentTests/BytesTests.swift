import Testing

@testable import VitalsAgent

@Suite("Walking over bytes")
struct BytesTests {
  @Test("An integer must fill its field", arguments: ["", "-1", "1x", "18446744073709551616", " 1"])
  func refused(text: String) {
    let bytes = Array(text.utf8)
    #expect(bytes.span.unsigned(0..<bytes.count) == nil)
  }
}
