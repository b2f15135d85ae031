import Testing

@testable import VitalsMetrics

@Suite("Label sets")
struct LabelSetTests {
  @Test("Values are escaped, and empty ones are absent")
  func escaping() {
    let labels = LabelSet([("b", "a\"\\\n"), ("a", "x"), ("empty", "")])
    #expect(String(decoding: labels.text, as: UTF8.self) == #"a="x",b="a\"\\\n""#)
  }

  /// A set whose empty labels are written, and all that can be asked of it.
  struct Written: CustomTestStringConvertible, Sendable {
    let labels: LabelSet
    let plain: LabelSet
    let text: String
    var testDescription: String { text }

    init(_ pairs: [(name: String, value: String)], _ text: String) {
      (labels, plain, self.text) = (LabelSet(writingEmpty: pairs), LabelSet(pairs), text)
    }
  }

  @Test(
    "Empty labels that are written are absent for all who ask",
    arguments: [
      Written([], ""), Written([("a", "")], #"a="""#), Written([("a", "x"), ("a", "")], #"a="""#),
      Written([("a", ""), ("a", "x")], #"a="x""#), Written([("c", ""), ("b", "y"), ("a", "")], #"a="",b="y",c="""#),
    ])
  func written(one: Written) {
    #expect(String(decoding: one.labels.text, as: UTF8.self) == one.text)
    #expect(one.labels == one.plain && one.plain == one.labels && one.labels.hashValue == one.plain.hashValue)
    #expect(one.labels.pairs.map(\.name) == one.plain.pairs.map(\.name))
    #expect(one.labels.isEmpty == one.plain.isEmpty && one.labels["a"] == one.plain["a"] && one.labels["c"] == nil)
    #expect(one.labels != LabelSet(writingEmpty: [("a", ""), ("z", "z")]))
    #expect(one.labels.adding([("d", "v")]) == one.plain.adding([("d", "v")]))
  }

  @Test("A line has its empty labels in every format, and a series that differs by them alone comes twice")
  func lines() throws {
    for format in [ExpositionFormat.text, .openMetrics] {
      let writer = TextWriter(format: format)
      for _ in 0..<2 {
        writer.begin(format)
        writer.family(MetricFamily("a", .gauge, help: ""))
        writer.sample(LabelSet(writingEmpty: [("x", ""), ("y", "1")]), .integer(1))
        writer.sample(LabelSet([("y", "1")]), .integer(2))
        writer.sample(LabelSet(writingEmpty: [("x", "")]), .integer(3))
        writer.sample(.empty, .integer(4))
        writer.end()
        let lines = String(decoding: writer.bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines.filter { !$0.hasPrefix("#") } == [#"a{x="",y="1"} 1"#, #"a{x=""} 3"#])
      }
    }
    let writer = ProtobufWriter()
    writer.family(MetricFamily("a", .gauge, help: "h"))
    writer.sample(LabelSet(writingEmpty: [("x", "")]), .integer(1))
    // Between the family's fields and the gauge: a pair of the name and a text of no bytes.
    #expect(
      writer.finish() == [28, 0x0A, 1, 97, 0x12, 1, 104, 0x18, 1, 0x22, 18]
        + [0x0A, 5, 0x0A, 1, 120, 0x12, 0] + [0x12, 9, 9, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
  }
}
