import Foundation
import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Text files of others")
struct TextfileTests {
  private static func fault(_ text: String) -> TextFault? {
    do throws(TextFault) {
      for family in try TextParser.parse(Array(text.utf8)) { _ = try family.values() }
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "What is wrong is named by its line",
    arguments: [
      ("a 1", 1, "the last line has no line feed: the file is not whole"),
      ("a 1\nb 2\nc", 3, "the last line has no line feed: the file is not whole"),
      ("\n1a 2\n", 2, "is no metric's name"), ("ä 1\n", 1, "is no metric's name"), ("a\n", 1, "a has no value"),
      ("a one\n", 1, "'one' is no number"), ("a 0x10\n", 1, "'0x10' is no number"),
      ("a 1_0\n", 1, "'1_0' is no number"),
      ("a 1 2\n", 1, "a timestamp or more stands behind the value"),
      ("a{b=1} 2\n", 1, "a label's value stands in no quotes"),
      ("a{b=\"c} 2\n", 1, "a label's value has no closing quote"),
      ("a{b} 2\n", 1, "label 'b' has no value"), ("a{1=\"x\"} 2\n", 1, "is no label's name"),
      ("a{__name__=\"x\"} 2\n", 1, "is no label's name"), ("a{b=\"1\",b=\"2\"} 2\n", 1, "label 'b' comes twice"),
      ("a{b=\"1\" c=\"2\"} 2\n", 1, "labels are parted by commas"), ("a{b=\"1\"\n", 1, "labels are parted by commas"),
      ("a{b=\"\\t\"} 1\n", 1, "a backslash escapes what needs none"),
      ("# HELP a x\\\n", 1, "a backslash escapes what needs none"), ("# TYPE a number\n", 1, "TYPE of a is no type"),
      ("# TYPE a gauge x\n", 1, "something stands behind the type"), ("# TYPE\n", 1, "TYPE of no metric's name"),
      ("# HELP a-b c\n", 1, "HELP of no metric's name"),
      ("# TYPE a gauge\n# TYPE a gauge\n", 2, "a second TYPE of a"),
      ("# HELP a x\n# HELP a x\n", 2, "a second HELP of a"),
      ("a 1\n# TYPE a gauge\n", 2, "TYPE of a behind its samples"),
      ("a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 1\n", 2, "the same series was given before"),
      ("# TYPE h histogram\nh 1\n", 2, "has no label 'le' with a number"),
      ("# TYPE h histogram\nh_bucket{le=\"x\"} 1\n", 2, "has no label 'le' with a number"),
      ("# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"1.0\"} 1\n", 3, "the same series was given before"),
      ("# TYPE h histogram\nh_sum 1\nh_sum 1\n", 3, "the same series was given before"),
      (
        "# TYPE h histogram\nh_bucket{le=\"1\"} 3\nh_bucket{le=\"+Inf\"} 2\n", 2,
        "a histogram's buckets do not grow up to its count"
      ),
      ("# TYPE h histogram\nh_bucket{le=\"1\"} 3\n", 2, "a histogram's buckets do not grow up to its count"),
      (
        "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 3\nh_count 2\n", 2,
        "a histogram's count is not that of its bucket +Inf"
      ),
      ("# TYPE s summary\ns{quantile=\"2\"} 1\ns_count 1\n", 2, "a summary's count or quantile cannot be"),
      ("# TYPE s summary\ns_count -1\n", 2, "a summary's count or quantile cannot be"),
    ])
  func faults(text: String, line: Int, reason: String) {
    #expect(TextfileTests.fault(text) == TextFault(line: line, reason: reason))
  }

  @Test(
    "What is right",
    arguments: [
      "", "\n", "  \n# comment\n#\n# HELP\u{9}a\n", "a 1\n", "a  1  \n", "a{} 1\n", "a { b = \"c\" , } NaN\n",
      "a +Inf\n",
      "a -1.5e-3\n", "a{b=\"\"} 1\n", "# TYPE a untyped\na 1\n", "a_sum 1\na_bucket 2\na_count 3\n",
      "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 0\nh_count 0\nh_sum 0\n", "# TYPE s summary\ns_sum 1\n",
    ])
  func right(text: String) { #expect(TextfileTests.fault(text) == nil) }

  private func input(_ tree: ProcTree, _ log: RecordingLog, _ folders: String...) -> HelperInput {
    let paths = folders.map { tree.folder.path + "/" + $0 }
    return HelperInput(TextfileSource(directories: paths), work: StepWork(), turns: ReadingTurns(), log: log)
  }

  private func lines(_ input: HelperInput, _ tree: ProcTree) -> [String] {
    input.sample(at: tree.now)
    return RecordingSink.of(input).lines.map { $0.replacing(tree.folder.path, with: "") }
      .filter { !$0.hasPrefix("node_textfile_mtime_seconds") }
  }

  @Test("A bad file gives nothing, is named once, and does the others no harm")
  func isolated() throws {
    let tree = try ProcTree()
    let log = RecordingLog()
    try tree.write("text/a.prom", "a 1\n")
    try tree.write("text/b.prom", "b 1\nb{\n")
    try tree.write("text/c.prom/x", "")
    try tree.write("text/d.txt", "d 1\n")
    #expect(unsafe mkfifo(tree.folder.path + "/text/e.prom", 0o600) == 0)
    let input = input(tree, log, "text", "none")
    for _ in 0..<3 { #expect(lines(input, tree) == ["a 1.0", "node_textfile_scrape_error 1.0"]) }
    #expect(
      log.lines.map { $0.replacing(tree.folder.path, with: "") } == [
        "warning cannot be used input=textfile error=/text/b.prom:2: is no label's name",
        "warning cannot be used input=textfile error=/text/c.prom: is a directory",
        "warning cannot be used input=textfile error=/text/e.prom: is a pipe",
        "warning cannot be used input=textfile error=/none: No such file or directory",
      ])
    #expect(RecordingSink.of(input).values("node_textfile_mtime_seconds").count == 1)
    for name in ["text/c.prom", "text/e.prom"] { try tree.remove(name) }
    try tree.write("text/b.prom", "b 2\n")
    try tree.write("none/x", "")
    #expect(lines(input, tree) == ["a 1.0", "b 2.0", "node_textfile_scrape_error 0.0"])
  }

  @Test("Files that do not agree: the first one stands")
  func conflicts() throws {
    let tree = try ProcTree()
    let log = RecordingLog()
    try tree.write("text/a.prom", "# HELP a First.\n# TYPE a counter\na{x=\"1\"} 1\n")
    try tree.write("text/b.prom", "# TYPE a gauge\na{x=\"2\"} 1\nb 1\n")
    try tree.write("text/c.prom", "# HELP a Other.\n# TYPE a counter\na{x=\"3\"} 1\n")
    try tree.write("text/d.prom", "# TYPE a counter\na{x=\"1\"} 5\na{x=\"4\"} 1\n")
    let wanted = [#"a{x="1"} 1.0"#, #"a{x="4"} 1.0"#, "b 1.0", "node_textfile_scrape_error 1.0"]
    let input = input(tree, log, "text")
    #expect(lines(input, tree) == wanted)
    #expect(log.lines.count == 3)
    #expect(RecordingSink.of(input).help["a"] == "First.")
    #expect(RecordingSink.of(input).help["b"] == "Metric read from \(tree.folder.path)/text/b.prom")
  }

  @Test("All series of a file's family have the labels of each, as node_exporter writes them")
  func labels() throws {
    let tree = try ProcTree()
    try tree.write("text/a.prom", "a{x=\"1\"} 1\na{y=\"2\"} 2\nb{x=\"1\"} 3\nc{z=\"\"} 4\n")
    try tree.write("text/b.prom", "# TYPE s summary\ns_count{x=\"1\"} 5\ns_count 6\na{x=\"3\"} 7\n")
    let input = input(tree, RecordingLog(), "text")
    // Equal sets keep their spelling by family, also at the second look.
    for _ in 0..<2 {
      #expect(
        lines(input, tree) == [
          #"a{x="1",y=""} 1.0"#, #"a{x="",y="2"} 2.0"#, #"a{x="3"} 7.0"#, #"b{x="1"} 3.0"#, #"c{z=""} 4.0"#,
          #"s{x="1"} 5.0"#, #"s{x=""} 6.0"#, "node_textfile_scrape_error 0.0",
        ])
    }
  }

  @Test("An empty label is an absent one where a series comes twice")
  func same() {
    let fault = TextfileTests.fault("a{x=\"1\",y=\"\"} 1\na{x=\"1\"} 2\n")
    #expect(fault == TextFault(line: 2, reason: "the same series was given before"))
  }

  @Test("Every type goes out as it came in, escapes too")
  func types() throws {
    let tree = try ProcTree()
    let text = """
      # HELP a_total A \\\\ line\\nand more.
      # TYPE a_total counter
      a_total{path="C:\\\\x\\n\\"y\\""} 18446744073709551615
      # TYPE h histogram
      h_bucket{k="v",le="1"} 2
      h_bucket{k="v",le="+Inf"} 3
      h_sum{k="v"} 2.5
      h_count{k="v"} 3
      # TYPE s summary
      s{quantile="0.5"} 7
      s_sum 70
      s_count 10
      u -0

      """
    try tree.write("text/a.prom", text)
    let input = input(tree, RecordingLog(), "text")
    input.sample(at: tree.now)
    let exposition = Exposition()
    exposition.render([input], as: .text)
    let lines = String(decoding: exposition.bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
    for line in text.split(separator: "\n") where !line.hasPrefix("# HELP") && !line.contains("le=\"1\"") {
      #expect(lines.contains(line == "u -0" ? "u 0" : String(line)), "\(line)")
    }
    #expect(lines.contains("# HELP a_total A \\\\ line\\nand more."))
    #expect(lines.contains(#"h_bucket{k="v",le="1.0"} 2"#))
  }
}
