// Names and dimensions: how they become legal, what happens when they collide, and how series end.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  import CoreMetrics
  import Dispatch
  import Testing
  import VitalsMetrics
  import VitalsSwiftMetrics

  @Suite("SwiftMetrics: names and series")
  struct SeriesTests {
    private func count(
      _ bench: FactoryBench, _ label: String, _ dimensions: [(String, String)] = [], by amount: Int = 1
    ) {
      CoreMetrics.Counter(label: label, dimensions: dimensions, factory: bench.factory).increment(by: amount)
    }

    @Test(
      "Names become legal",
      arguments: [
        ("http.requests", "http_requests_total"), ("http.requests_total", "http_requests_total"),
        ("2xx", "_2xx_total"), ("job:rate", "job_rate_total"), ("größe", "gr__e_total"), ("", "unnamed_total"),
        ("a b\n\"c", "a_b__c_total"), ("__x", "__x_total"),
      ])
    func names(_ label: String, _ name: String) throws {
      let bench = try FactoryBench()
      count(bench, label)
      #expect(bench.samples == ["\(name) 1"])
    }

    @Test("A timer's name ends with its unit once")
    func timerNames() throws {
      let bench = try FactoryBench()
      for label in ["a", "b.seconds"] { CoreMetrics.Timer(label: label, factory: bench.factory).recordSeconds(1) }
      let openMetrics = String(decoding: bench.registry.exposition(.openMetrics), as: UTF8.self)
      #expect(openMetrics.contains("# TYPE a_seconds histogram\n# UNIT a_seconds seconds\n"))
      #expect(openMetrics.contains("# TYPE b_seconds histogram\n# UNIT b_seconds seconds\n"))
    }

    @Test("Dimensions become legal labels; their values stand as they are, escaped")
    func labels() throws {
      let bench = try FactoryBench()
      count(bench, "a", [("http.method", "GET"), ("le", "1"), ("__name__", "x"), ("9", "y"), ("q", "a\"\\\nb")])
      #expect(
        bench.samples == [
          #"a_total{_9="y",exported___name__="x",exported_le="1",http_method="GET",q="a\"\\\nb"} 1"#
        ])
    }

    @Test("Values of dimensions that become one label are joined in the names' order; of equal names the last stays")
    func joined() throws {
      let bench = try FactoryBench()
      count(bench, "a", [("x_y", "2"), ("x.y", "1"), ("z", "old"), ("z", "new")])
      #expect(bench.samples == [#"a_total{x_y="1;2",z="new"} 1"#])
    }

    @Test("Dimensions may have other names from call to call, and none at all; empty values are absent")
    func differingNames() throws {
      let bench = try FactoryBench()
      count(bench, "a", by: 1)
      count(bench, "a", [("x", "1")], by: 2)
      count(bench, "a", [("y", "1"), ("x", "1")], by: 3)
      count(bench, "a", [("x", "1"), ("y", "1")], by: 3)
      count(bench, "a", [("x", "1"), ("y", "")], by: 5)
      #expect(bench.samples == ["a_total 1", #"a_total{x="1",y="1"} 6"#, #"a_total{x="1"} 7"#])
      #expect(bench.text.split(separator: "\n").filter { $0 == "# TYPE a_total counter" }.count == 1)
    }

    @Test("Of two labels that become one name the first has it; the second is detached, counted, and seen")
    func collision() throws {
      let bench = try FactoryBench()
      count(bench, "a.b", by: 5)
      count(bench, "a_b", by: 7)
      count(bench, "a_b", by: 7)
      Meter(label: "a.b", factory: bench.factory).set(1)
      #expect(
        bench.samples == [
          "a_b_total 5", #"vitals_swift_metrics_detached_total{metric="a_b",reason="conflict"} 1"#,
          #"vitals_swift_metrics_detached_total{metric="a_b_total",reason="conflict"} 2"#,
        ])
    }

    @Test("A name that the registry's owner has taken stays his")
    func taken() throws {
      let bench = try FactoryBench()
      try bench.registry.counter("a_total", help: "Mine.").increment()
      count(bench, "a", by: 7)
      CoreMetrics.Timer(label: "vitals.metrics.folded.total", factory: bench.factory).recordSeconds(1)
      count(bench, "vitals.metrics.folded")
      #expect(bench.samples.contains("a_total 1"))
      #expect(bench.samples.contains(#"vitals_swift_metrics_detached_total{metric="a_total",reason="conflict"} 1"#))
    }

    @Test("A family that the registry's owner made with the same help text is shared")
    func shared() throws {
      var options = SwiftMetricsOptions()
      options.help["a"] = "Ours."
      let bench = try FactoryBench(options)
      try bench.registry.counter("a_total", help: "Ours.").increment()
      count(bench, "a", by: 7)
      #expect(bench.samples == ["a_total 8"])
    }

    @Test("Asking again gives the same handler, whatever the order of the dimensions")
    func sameHandler() throws {
      let factory = try FactoryBench().factory
      let first = factory.makeCounter(label: "a", dimensions: [("x", "1"), ("y", "2")])
      #expect(factory.makeCounter(label: "a", dimensions: [("x", "1"), ("y", "2")]) === first)
      #expect(factory.makeCounter(label: "a", dimensions: [("y", "2"), ("x", "1")]) === first)
      #expect(factory.makeCounter(label: "a", dimensions: [("x", "2"), ("y", "1")]) !== first)
      #expect(factory.makeFloatingPointCounter(label: "a", dimensions: [("x", "1"), ("y", "2")]) === first)
    }

    @Test("Destroying ends the series under all its spellings; who asks again begins at zero")
    func destroy() throws {
      let bench = try FactoryBench()
      let counter = CoreMetrics.Counter(label: "a", dimensions: [("x", "1"), ("y", "2")], factory: bench.factory)
      counter.increment()
      count(bench, "a", [("y", "2"), ("x", "1")])
      count(bench, "a")
      counter.destroy()
      #expect(bench.samples == ["a_total 1"])
      counter.increment()
      counter.destroy()
      #expect(bench.samples == ["a_total 1"])
      count(bench, "a", [("y", "2"), ("x", "1")], by: 4)
      #expect(bench.samples == ["a_total 1", #"a_total{x="1",y="2"} 4"#])
      counter.destroy()
      #expect(bench.samples.count == 2)
    }

    @Test("Every kind can be destroyed")
    func destroyAll() throws {
      let bench = try FactoryBench()
      let float = FloatingPointCounter(label: "f", factory: bench.factory)
      let meter = Meter(label: "m", factory: bench.factory)
      let gauge = CoreMetrics.Gauge(label: "g", factory: bench.factory)
      let recorder = Recorder(label: "r", factory: bench.factory)
      let timer = CoreMetrics.Timer(label: "t", factory: bench.factory)
      #expect(Set(bench.text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }).count == 5)
      float.destroy()
      meter.destroy()
      gauge.destroy()
      recorder.destroy()
      timer.destroy()
      #expect(bench.text.isEmpty)
    }

    @Test("Past the limit dimensions share one series, which cannot be destroyed")
    func folded() throws {
      var options = SwiftMetricsOptions()
      options.limits.seriesPerMetric = 2
      let bench = try FactoryBench(options)
      for value in ["1", "2", "3", "4", "3"] { count(bench, "a", [("x", value)]) }
      CoreMetrics.Counter(label: "a", dimensions: [("y", "5")], factory: bench.factory).destroy()
      count(bench, "a")
      #expect(
        bench.samples == [
          "a_total 1", #"a_total{x="1"} 1"#, #"a_total{x="2"} 1"#, #"a_total{x="other"} 3"#,
          #"vitals_metrics_folded_total{family="a_total"} 4"#,
        ])
    }

    @Test("Labels past the limit get detached instruments")
    func metricLimit() throws {
      var options = SwiftMetricsOptions()
      options.limits.metrics = 2
      let bench = try FactoryBench(options)
      for label in ["a", "b", "c", "d", "a"] { count(bench, label) }
      #expect(
        bench.samples == ["a_total 2", "b_total 1", #"vitals_swift_metrics_detached_total{reason="limit"} 2"#])
    }

    @Test("No increment is lost and no series left behind while threads make, use and destroy the same instruments")
    func concurrent() throws {
      let bench = try FactoryBench()
      DispatchQueue.concurrentPerform(iterations: 8) { thread in
        for turn in 0..<500 {
          count(bench, "kept", [("x", String(turn % 10))])
          let brief = CoreMetrics.Counter(label: "brief", dimensions: [("x", String(turn % 3))], factory: bench.factory)
          brief.increment()
          brief.destroy()
        }
      }
      #expect(bench.samples == (0..<10).map { #"kept_total{x="\#($0)"} 400"# })
      count(bench, "brief", [("x", "0")])
      #expect(bench.samples.first == #"brief_total{x="0"} 1"#)
    }
  }
#endif
