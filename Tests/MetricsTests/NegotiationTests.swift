// Accept headers, broken ones first, and the content types that answer them.
// SPDX-License-Identifier: Apache-2.0
import Testing
import VitalsMetrics

@Suite("Negotiation")
struct NegotiationTests {
  static let text = "text/plain; version=0.0.4; charset=utf-8"
  static let openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"
  static let oldOpenMetrics = "application/openmetrics-text; version=0.0.1; charset=utf-8"
  static let protobuf = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
  static let utf8 = "; escaping=allow-utf-8"
  static let prometheus3 =
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;"
    + "q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
  static let prometheusProtobuf =
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;"
    + "escaping=allow-utf-8;q=0.6," + prometheus3.replacing("q=0.6", with: "q=0.55")

  @Test(
    "The best format that the scraper knows is chosen",
    arguments: [
      (nil, text), ("", text), (",,;;=,", text), (";q=1", text), ("nonsense", text), ("\"", text), ("*/*", text),
      ("application/json", text), ("application/openmetrics-text;version=2.0.0", text),
      ("application/openmetrics-text;version=9", text), ("application/openmetrics-text;q=0", text),
      ("application/openmetrics-text;version=1.0.0;q=-1,text/plain;q=0.1", text),
      ("application/openmetrics-text;version=1.0.0;q=abc,text/plain;q=0.9", openMetrics),
      ("application/openmetrics-text;version=1.0.0;escaping=wrong", openMetrics),
      ("text/plain;version=1.0.0", text), ("text/html,application/xhtml+xml,*/*;q=0.8", text),
      ("application/openmetrics-text", oldOpenMetrics),
      ("application/openmetrics-text;version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", oldOpenMetrics),
      ("APPLICATION/OpenMetrics-Text ; Version=\"1.0.0\" ; charset=utf-8", openMetrics),
      ("text/plain;version=0.0.4;q=0.3,application/openmetrics-text;version=1.0.0;q=0.5", openMetrics),
      ("text/plain,application/openmetrics-text;version=1.0.0", text),
      ("application/openmetrics-text;version=1.0.0,text/plain", openMetrics),
      ("text/plain;escaping=dots", text + "; escaping=dots"),
      ("x/y;escaping=values,text/plain", text + "; escaping=values"),
      ("text/plain;q=0.9,x/y;escaping=values;q=0.1", text),
      ("x/y;escaping=underscores", text + "; escaping=underscores"),
      (prometheus3, openMetrics + utf8), (prometheusProtobuf, protobuf + utf8),
      ("application/vnd.google.protobuf", text), ("application/vnd.google.protobuf;encoding=delimited", text),
      ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily", text),
      ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text", text),
      ("application/vnd.google.protobuf;proto=x.Y;encoding=delimited", text),
      ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0", text),
      ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited", protobuf),
      ("text/plain;q=0.1,\(protobuf);q=0.05", text),
    ] as [(String?, String)])
  func chosen(_ accept: String?, _ contentType: String) {
    #expect(Negotiation.format(accept: accept).contentType == contentType)
  }

  @Test("A header without end costs no more than its first clauses")
  func bounded() {
    let accept = String(repeating: "x/y,", count: 10_000) + "application/openmetrics-text;version=1.0.0"
    #expect(Negotiation.format(accept: accept) == .text)
  }
}
