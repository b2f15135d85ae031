import Testing
import VitalsMetrics

@Suite("Label sets")
struct LabelSetTests {
  @Test("Values are escaped, and empty ones are absent")
  func escaping() {
    let labels = LabelSet([("b", "a\"\\\n"), ("a", "x"), ("empty", "")])
    #expect(String(decoding: labels.text, as: UTF8.self) == #"a="x",b="a\"\\\n""#)
  }
}
