// A program with metrics of known values, for native_histograms.py: it answers every connection with an exposition in the
// format that the request's Accept asks for, and says on stdout which it was. One connection at a time; a test's tool and
// no server.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What instruments of the registry do not give.
struct Others: Collector {
  func collect(into sink: any SampleSink) {
    sink.family(MetricFamily("sample_jobs_total", .counter, help: "Jobs.", unit: nil))
    let exemplar = Exemplar(labels: LabelSet([("trace_id", "17")]), value: 1, timestamp: 1_700_000_000)
    sink.sample(
      LabelSet([("queue", "a\"ü\n")]), .integer(42), SampleDetails(created: 1_700_000_000, exemplar: exemplar))
    sink.family(MetricFamily("sample_wait_seconds", .summary, help: "Waiting.", unit: "seconds"))
    sink.summary(.empty, SummarySnapshot(quantiles: [.init(0.5, 3), .init(0.9, 7)], count: 10, sum: 40))
    sink.family(MetricFamily("sample_build_info", .info, help: "Build."))
    sink.sample(LabelSet([("version", "1")]), .integer(1))
    sink.family(MetricFamily("sample_unknown", .unknown, help: ""))
    sink.sample(.empty, -2.5)
  }
}

func makeRegistry() throws -> Registry {
  let registry = Registry()
  let alone = try registry.histogram("sample_alone_seconds", help: "1 to 1000 ms.", buckets: .none, native: .default)
  let both = try registry.histogram("sample_both_seconds", help: "1 to 1000 ms.", native: .schema(5))
  for milliseconds in 1...1_000 {
    alone.observe(Double(milliseconds) / 1_000)
    both.observe(Double(milliseconds) / 1_000)
  }
  let signs = try registry.histogram("sample_signs", help: "-100 to 100.", buckets: .none, native: .growth(1.1))
  for value in -100...100 { signs.observe(Double(value)) }
  let few = try registry.histogram(
    "sample_few", help: "1 to 1000 in 4 buckets.", buckets: .none, native: .schema(8, maxBuckets: 4))
  for value in 1...1_000 { few.observe(Double(value)) }
  _ = try registry.histogram("sample_empty", help: "", buckets: .none, native: .schema(3, zeroThreshold: 0))
  _ = try registry.histogram("sample_classic", help: "", buckets: .explicit([1, 2])).observe(1.5)
  registry.register(Others())
  return registry
}

/// The value of a request's Accept header.
func accept(_ request: String) -> String? {
  let line = request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("accept:") }
  return line.map { String($0.dropFirst(7)) }
}

func listen(port: UInt16) -> Int32 {
  #if canImport(Glibc)
    let stream = Int32(SOCK_STREAM.rawValue)
  #else
    let stream = SOCK_STREAM
  #endif
  let listener = socket(AF_INET, stream, 0)
  var yes: Int32 = 1
  unsafe setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  let size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let bound = unsafe withUnsafePointer(to: &address) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(listener, $0, size) }
  }
  return bound == 0 && listen(listener, 16) == 0 ? listener : -1
}

func answer(_ connection: Int32, _ registry: Registry, _ exposition: Exposition) {
  var request = [UInt8](repeating: 0, count: 16_384)
  let count = unsafe read(connection, &request, request.count)
  let format = Negotiation.format(accept: accept(String(decoding: request.prefix(max(0, count)), as: UTF8.self)))
  exposition.render(registry, as: format)
  let body = exposition.bytes
  let head = "HTTP/1.1 200 OK\r\nContent-Type: \(format.contentType)\r\nContent-Length: \(body.count)\r\n"
  let bytes = Array((head + "Connection: close\r\n\r\n").utf8) + body
  var sent = 0
  while sent < bytes.count {
    let more = unsafe bytes.withUnsafeBytes {
      unsafe write(connection, $0.baseAddress.map { unsafe $0 + sent }, bytes.count - sent)
    }
    if more <= 0 { break }
    sent += more
  }
  close(connection)
  print(format.contentType)
  fflush(nil)
}

let port = CommandLine.arguments.dropFirst().first.flatMap { UInt16($0) } ?? 9_978
let listener = listen(port: port)
if listener < 0 { exit(1) }
signal(SIGPIPE, SIG_IGN)
let registry = try makeRegistry()
let exposition = Exposition()
while true {
  let connection = accept(listener, nil, nil)
  if connection >= 0 { answer(connection, registry, exposition) }
}
