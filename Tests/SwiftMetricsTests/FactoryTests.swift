// Instruments of swift-metrics and what a scraper then reads.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  import CoreMetrics
  import Testing
  import VitalsMetrics
  import VitalsSwiftMetrics

  @Suite("SwiftMetrics: instruments")
  struct FactoryTests {
    @Test("Each kind of instrument is the metric that the documentation says")
    func kinds() throws {
      let bench = try FactoryBench()
      CoreMetrics.Counter(label: "http.requests", factory: bench.factory).increment(by: 3)
      FloatingPointCounter(label: "work.done", factory: bench.factory).increment(by: 1.5)
      Meter(label: "queue.length", factory: bench.factory).set(7)
      CoreMetrics.Gauge(label: "pool.size", factory: bench.factory).record(2.5)
      Recorder(label: "body.bytes", factory: bench.factory).record(30)
      CoreMetrics.Timer(label: "http.request", factory: bench.factory).recordMilliseconds(5)
      #expect(
        bench.samples { !$0.contains("_bucket") } == [
          "body_bytes_count 1", "body_bytes_sum 30", "http_request_seconds_count 1", "http_request_seconds_sum 0.005",
          "http_requests_total 3", "pool_size 2.5", "queue_length 7", "work_done_total 1.5",
        ])
      #expect(bench.samples.contains(#"http_request_seconds_bucket{le="0.005"} 1"#))
      #expect(bench.samples.contains(#"body_bytes_bucket{le="25.0"} 0"#))
      #expect(bench.samples.contains(#"body_bytes_bucket{le="50.0"} 1"#))
      #expect(bench.text.contains("# HELP queue_length queue.length, recorded through swift-metrics.\n"))
    }

    @Test("A meter goes up and down; steps that are none are ignored and counted")
    func meter() throws {
      let bench = try FactoryBench()
      let meter = Meter(label: "m", factory: bench.factory)
      meter.set(10.5)
      meter.increment(by: 2.0)
      meter.decrement()
      for bad in [-1, .nan, .infinity] {
        meter.increment(by: bad)
        meter.decrement(by: bad)
      }
      #expect(bench.samples == ["m 11.5", #"vitals_metrics_ignored_values_total{family="m"} 6"#])
    }

    @Test("Amounts and durations below zero are ignored and counted")
    func negative() throws {
      let bench = try FactoryBench()
      CoreMetrics.Counter(label: "c", factory: bench.factory).increment(by: -1)
      CoreMetrics.Timer(label: "t", factory: bench.factory).recordNanoseconds(-5)
      #expect(bench.samples.contains("c_total 0"))
      #expect(bench.samples.contains("t_seconds_count 0"))
      #expect(bench.samples.contains(#"vitals_metrics_ignored_values_total{family="c_total"} 1"#))
      #expect(bench.samples.contains(#"vitals_metrics_ignored_values_total{family="t_seconds"} 1"#))
    }

    @Test("A counter that is reset starts anew, whole and fractional amounts alike")
    func reset() throws {
      let bench = try FactoryBench()
      let counter = CoreMetrics.Counter(label: "c", factory: bench.factory)
      let fractional = FloatingPointCounter(label: "c", factory: bench.factory)
      counter.increment(by: 5)
      fractional.increment(by: 0.25)
      #expect(bench.samples == ["c_total 5.25"])
      counter.reset()
      #expect(bench.samples == ["c_total 0"])
      counter.increment(by: 2)
      fractional.increment(by: 0.5)
      #expect(bench.samples == ["c_total 2.5"])
    }

    @Test("Help texts and buckets are given by label; buckets that none can have are refused at the start")
    func options() throws {
      var options = SwiftMetricsOptions()
      options.help = ["db.query": "Time of a query."]
      options.buckets = ["db.query": .explicit([0.1, 1])]
      let bench = try FactoryBench(options)
      CoreMetrics.Timer(label: "db.query", factory: bench.factory).recordSeconds(1)
      #expect(bench.text.contains("# HELP db_query_seconds Time of a query.\n# TYPE db_query_seconds histogram\n"))
      #expect(
        bench.samples == [
          #"db_query_seconds_bucket{le="+Inf"} 1"#, #"db_query_seconds_bucket{le="0.1"} 0"#,
          #"db_query_seconds_bucket{le="1.0"} 1"#, "db_query_seconds_count 1", "db_query_seconds_sum 1",
        ])
      options.buckets = ["db.query": .explicit([2, 1])]
      #expect(throws: MetricsError.invalidBuckets(metric: "db.query")) {
        try VitalsMetricsFactory(Registry(), options: options)
      }
    }

    @Test("The longest duration and the highest amounts do no harm")
    func extremes() throws {
      let bench = try FactoryBench()
      CoreMetrics.Timer(label: "t", factory: bench.factory).recordNanoseconds(.max)
      CoreMetrics.Counter(label: "c", factory: bench.factory).increment(by: Int64.max)
      Recorder(label: "r", factory: bench.factory).record(Double.nan)
      #expect(bench.samples.contains(#"t_seconds_bucket{le="+Inf"} 1"#))
      #expect(bench.samples.contains("c_total 9223372036854775807"))
      #expect(bench.samples.contains("r_count 0"))
    }

    @Test("Through the task's own factory")
    func taskLocal() throws {
      let bench = try FactoryBench()
      withMetricsFactory(bench.factory) { CoreMetrics.Counter(label: "c").increment() }
      #expect(bench.samples == ["c_total 1"])
    }
  }
#endif
